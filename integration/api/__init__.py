"""The interface for machines, /api/v1/: what every address of it shares, and a module for each noun."""
