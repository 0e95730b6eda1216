"""What would embarrass the team, found offline before a send; a rule changes nothing."""
