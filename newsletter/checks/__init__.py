"""What would embarrass the team, found offline before a send.

A rule looks at an issue and its mail from the side, and changes nothing.
"""
