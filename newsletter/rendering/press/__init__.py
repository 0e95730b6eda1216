"""What a press release is beside a mail."""
