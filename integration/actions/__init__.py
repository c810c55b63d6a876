"""What is done through and about the interface, a module for each noun."""
