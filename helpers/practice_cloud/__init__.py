"""OpenStack itself (Keystone, Glance, Placement, Nova, Neutron) in a few processes of this machine."""

from .errors import PracticeCloudError
from .running.control import reset, start, stop
from .running.status import status

__all__ = ["PracticeCloudError", "reset", "start", "status", "stop"]
