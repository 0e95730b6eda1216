"""What would embarrass the team, one rule a module."""
