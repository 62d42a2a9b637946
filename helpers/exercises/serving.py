"""Checks of notebooks 09 to 11: log in, serve a page, find faults."""
