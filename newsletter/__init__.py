"""Turn issue files into newsletters and press releases: email HTML and plain text."""
