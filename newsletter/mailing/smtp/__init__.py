"""A connection to a mail server."""
