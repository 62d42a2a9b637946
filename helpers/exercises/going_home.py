"""Checks of notebooks 14 to 16: one's own cloud, and the final project."""
