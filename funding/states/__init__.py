"""States of the money of Art 19 and the honours beside it, a module for each noun."""
