"""Pages of organisations, stations, titles and certificates."""
