"""Pictures made ready for mails."""
