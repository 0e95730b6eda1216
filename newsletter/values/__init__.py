"""What one YAML value may be: Markdown, a date, an address, an image file, a small structure."""
