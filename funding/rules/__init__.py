"""Permissions of funding. Every module is imported here: the registry of permissions is filled by importing."""

from funding.rules import commendation, money

__all__ = ["commendation", "money"]
