"""What mail programs will hold against a sender, found before the first send."""
