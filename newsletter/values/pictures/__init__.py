"""Picture files as writers bring them: what each holds, and why a mail could not show it."""
