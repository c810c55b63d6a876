"""Who acts: a person (a user of the portal) or a job of the clock."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """The clock at work. It may make just those moves that a MOVES table marks `by_clock`."""

    name: str

    @property
    def pk(self) -> None:
        return None

    def __str__(self) -> str:
        return f"定时任务 {self.name}"
