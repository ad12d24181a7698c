"""The web pages: the record to click through to, and its feeds. They only read."""
