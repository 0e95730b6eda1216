"""The members file, CSV or Excel: one recipient a row."""
