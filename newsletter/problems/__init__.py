"""Problems: values with a place, and what stops the program."""
