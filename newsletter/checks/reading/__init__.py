"""How the rules look at an issue and its mail."""
