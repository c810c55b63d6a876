"""Permissions of the interface. Every module is imported here: the registry of permissions is filled by importing."""

from integration.rules import client, webhook

__all__ = ["client", "webhook"]
