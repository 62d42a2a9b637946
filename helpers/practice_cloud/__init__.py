"""OpenStack itself (Keystone, Glance, Placement, Nova, Neutron, Cinder) in a few local processes, and its servers.

The functions are methods of the PracticeCloud whose folder is $PRACTICE_CLOUD_HOME at the time of the call.
"""

if __name__ != "practice_cloud":
    # Under a second name, every module would exist twice.
    raise ImportError(
        "The practice cloud is imported as practice_cloud, not helpers.practice_cloud. "
        "After an update, install it again: pip install -r requirements.txt"
    )

from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Any

from .base.errors import PracticeCloudError
from .cloud import PracticeCloud, say_nothing
from .gateway.security_groups import Obstacle, allows_tcp, find_network_path, find_obstacles

__all__ = [
    "Obstacle",
    "PracticeCloud",
    "PracticeCloudError",
    "allows_tcp",
    "client_address",
    "find_obstacles",
    "find_network_path",
    "load",
    "proxy",
    "reset",
    "save",
    "start",
    "status",
    "stop",
]


def start(report: Callable[[str], None] = say_nothing) -> dict[str, Any]:
    """Start the cloud: see PracticeCloud.start."""
    return PracticeCloud().start(report)


def stop() -> None:
    """Stop the cloud: see PracticeCloud.stop."""
    PracticeCloud().stop()


def reset() -> None:
    """Restore the newly built state: see PracticeCloud.reset."""
    PracticeCloud().reset()


def save(name: str, report: Callable[[str], None] = say_nothing) -> None:
    """Save a checkpoint: see PracticeCloud.save."""
    PracticeCloud().save(name, report)


def load(name: str, report: Callable[[str], None] = say_nothing) -> None:
    """Load a checkpoint: see PracticeCloud.load."""
    PracticeCloud().load(name, report)


def status() -> dict[str, Any]:
    """Report the status: see PracticeCloud.status."""
    return PracticeCloud().status()


def client_address() -> IPv4Address:
    """Return the address that security groups see: see PracticeCloud.client_address."""
    return PracticeCloud().client_address


def proxy() -> str:
    """Return the URL of the proxy: see PracticeCloud.proxy."""
    return PracticeCloud().proxy
