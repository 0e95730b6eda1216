"""What an issue says: its items, and how they are read from an issue file."""
