"""History: what sites showed before they were watched, from their own lists and from others' archives."""
