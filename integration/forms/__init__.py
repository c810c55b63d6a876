"""Forms of the interface's pages, a module for each noun."""
