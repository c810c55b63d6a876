"""Permissions of the services. Every module is imported here: the registry of permissions is filled by importing."""

from services.rules import library, need, record, station

__all__ = ["library", "need", "record", "station"]
