"""States of what chapters four and five of the measure deal with, a module for each noun."""
