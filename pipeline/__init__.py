"""Understand and keep: archive, extract, resolve, store, watch, analyse."""
