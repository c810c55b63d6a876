"""States and choices of the interface, a module for each noun."""
