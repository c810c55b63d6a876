"""What pages and the interface read, a module for each noun."""
