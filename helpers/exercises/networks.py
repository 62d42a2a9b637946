"""Checks of notebooks 12 and 13: networks, and what moves."""
