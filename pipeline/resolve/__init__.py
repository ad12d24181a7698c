"""Mentions to events: compare, cluster, identify, choose the best values; the resolver writes them."""
