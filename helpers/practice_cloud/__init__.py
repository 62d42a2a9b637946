"""OpenStack itself (Keystone, Glance, Placement, Nova, Neutron) in a few processes of this machine."""

from .control import PracticeCloudError, reset, start, status, stop

__all__ = ["PracticeCloudError", "reset", "start", "status", "stop"]
