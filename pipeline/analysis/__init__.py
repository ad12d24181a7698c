"""The analyst's doors: flat views, read-only queries, exports, and browsing in Datasette."""
