"""`newsletter.yaml` and `assets/theme.yaml`, as values."""
