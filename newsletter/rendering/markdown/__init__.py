"""Markdown as HTML and as plain text."""
