"""Who wrote to the authority without an account: kept apart from what was written, and sealed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from ledger.sealed import seal, unseal


@dataclass(frozen=True)
class Identity:
    """A sealed contact, opened. Never kept, never logged."""

    kind: str
    name: str
    email: str
    phone: str


class SealedContact(models.Model):
    """Name, e-mail and phone as Fernet tokens, each empty where nothing was given."""

    kind = models.CharField("身份", max_length=20, choices=[("person", "个人"), ("organisation", "单位")])
    name_encrypted = models.TextField()
    email_encrypted = models.TextField(blank=True)
    phone_encrypted = models.TextField(blank=True)

    class Meta:
        abstract = True

    def opened(self) -> Identity:
        return Identity(
            kind=self.get_kind_display(),
            name=unseal(self.name_encrypted) or "（匿名）",
            email=self.email,
            phone=unseal(self.phone_encrypted),
        )

    @property
    def email(self) -> str:
        """Where an answer goes; empty where there is none."""
        return unseal(self.email_encrypted)

    def secrets(self) -> set[str]:
        """What of it must never stand on a public page: a person's name, every address and number."""
        name = {unseal(self.name_encrypted)} if self.kind == "person" else set()
        return (name | {self.email, unseal(self.phone_encrypted)}) - {"", "匿名"}


def sealed(*, name: str, email: str, phone: str) -> dict[str, str]:
    """The columns of a SealedContact for what was typed."""
    return {
        "name_encrypted": seal(name.strip()),
        "email_encrypted": seal(email.strip()),
        "phone_encrypted": seal(phone.strip()),
    }
