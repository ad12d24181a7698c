"""What changed, what is due, what fell silent: pure functions over what was seen."""
