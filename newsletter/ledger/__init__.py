"""Who was sent what, and what became of it."""
