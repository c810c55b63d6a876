"""States and kinds of what the stations do, a module for each noun."""
