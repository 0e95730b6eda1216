"""The page that follows each save."""
