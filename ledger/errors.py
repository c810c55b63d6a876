"""How the portal says no."""


class Refused(Exception):
    """A request that the rules do not allow.

    `code` is stable and meant for machines; `message` is one Chinese sentence that says what to do next. `field`
    names the form field that it concerns, where there is one.
    """

    def __init__(self, code: str, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return f"{self.message}（{self.code}）"
