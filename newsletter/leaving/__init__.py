"""The page where one leaves a list: what answers List-Unsubscribe (RFC 8058)."""
