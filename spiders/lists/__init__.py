"""The forms of lists: how each shows its links, whatever site it belongs to."""
