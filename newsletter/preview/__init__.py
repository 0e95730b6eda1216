"""The preview: an issue as its readers will see it, while it is written; nothing leaves here."""
