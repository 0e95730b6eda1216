"""A document as bytes for each recipient."""
