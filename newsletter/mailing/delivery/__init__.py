"""Messages given away, each noted before and after."""
