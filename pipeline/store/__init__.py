"""The database: its tables, how it is opened, and the one way in which records enter it."""
