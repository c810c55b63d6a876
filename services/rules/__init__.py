"""Permissions of the services. Every module is imported here: the registry of permissions is filled by importing."""

from services.rules import library, need, rating, record, station, training

__all__ = ["library", "need", "rating", "record", "station", "training"]
