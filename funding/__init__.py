"""Yearly budget, grants, prizes, payments and commendations."""
