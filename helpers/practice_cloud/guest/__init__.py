"""A small guest in place of a server's operating system; it knows its virtual hardware and the metadata API."""

from .guest import Guest

__all__ = ["Guest"]
