"""The rules, each room by what it looks at; `checking` finds them all by walking this folder."""
