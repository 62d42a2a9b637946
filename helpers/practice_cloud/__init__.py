"""OpenStack itself (Keystone, Glance, Placement, Nova, Neutron, Cinder) in a few local processes, and its servers."""

if __name__ != "practice_cloud":
    # Under a second name, every module would exist twice.
    raise ImportError(
        "The practice cloud is imported as practice_cloud, not helpers.practice_cloud. "
        "After an update, install it again: pip install -r requirements.txt"
    )

from .base.errors import PracticeCloudError
from .gateway import CLIENT_ADDRESS
from .supervisor.checkpoints import load, save
from .supervisor.control import proxy, reset, start, stop
from .supervisor.status import status

__all__ = ["CLIENT_ADDRESS", "PracticeCloudError", "load", "proxy", "reset", "save", "start", "status", "stop"]
