"""Pages for browsers: the same issue, laid out as a page and not as a mail."""
