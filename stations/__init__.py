"""Organisations, stations, titles, the fifty slots, certificates and the public directory."""
