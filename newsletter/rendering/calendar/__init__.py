"""An agenda as `.ics` files."""
