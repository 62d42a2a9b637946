"""OpenStack itself (Keystone, Glance, Placement, Nova, Neutron, Cinder) in a few local processes, and its servers."""

from .errors import PracticeCloudError
from .running.control import proxy, reset, start, stop
from .running.saving import load, save
from .running.status import status

__all__ = ["PracticeCloudError", "load", "proxy", "reset", "save", "start", "status", "stop"]
