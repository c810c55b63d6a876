"""Pages about the interface, a module for each noun."""
