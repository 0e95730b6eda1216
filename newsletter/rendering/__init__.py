"""From an issue to a document: HTML, plain text, pictures."""
