"""From a document to messages, and their delivery: who was sent what, once and no more."""
