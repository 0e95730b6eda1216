"""The team's site: which issues are on it, under which addresses, and what of it has changed."""
