"""One module for each verb of the command line; each returns the exit status."""
