"""Permissions of supervision. Every module is imported here: the registry of permissions is filled by importing."""

from supervision.rules import classification, complaint, improvement, inspection, revocation, self_assessment, year_plan

__all__ = ["classification", "complaint", "improvement", "inspection", "revocation", "self_assessment", "year_plan"]
