"""Permissions of the services. Every module is imported here: the registry of permissions is filled by importing."""

from services.rules import case, library, media_report, need, rating, record, station, training, year_text

__all__ = ["case", "library", "media_report", "need", "rating", "record", "station", "training", "year_text"]
