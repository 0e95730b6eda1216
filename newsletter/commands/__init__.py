"""A verb a module. It returns the exit status, or raises `NewsletterError` where it may not be."""
