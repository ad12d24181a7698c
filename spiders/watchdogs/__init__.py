"""Watchdog and media sites, most of them rows of a table."""
