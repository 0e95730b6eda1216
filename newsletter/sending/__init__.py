"""One issue to its people: who, what, once."""
