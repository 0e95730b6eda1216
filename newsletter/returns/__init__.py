"""What comes back of an issue: bounces, complaints, automatic replies, wishes to leave."""
