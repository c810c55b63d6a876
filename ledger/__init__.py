"""Guarded moves, the append-only journal, refusals, stored files and long jobs."""
