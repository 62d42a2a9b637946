"""What runs in a server: a small guest, which knows its virtual hardware and what the metadata API says."""

from .guest import Guest

__all__ = ["Guest"]
