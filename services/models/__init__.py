"""What the services keep, a module for each noun."""
