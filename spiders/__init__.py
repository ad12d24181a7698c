"""Collect: one small file per site, and the base they share."""
