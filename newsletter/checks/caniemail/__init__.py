"""What mail programs support: a dated copy of caniemail.com's tests, and what a mail uses."""
