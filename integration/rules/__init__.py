"""Permissions of the interface. Every module is imported here: the registry of permissions is filled by importing."""

from integration.rules import client, hanjianlian, webhook

__all__ = ["client", "hanjianlian", "webhook"]
