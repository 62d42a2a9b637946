"""The learners of a class: a number each, from which names and passwords follow."""

import base64
import hmac

from . import json_store
from .home import Home
from .secrets import passwords


def learner_name(number: int) -> str:
    """Return the name of a learner's project and user."""
    return f"learner-{number:02}"


def learner_number(name: str) -> int:
    """Return the number in a learner's name; 1 if it is empty."""
    return int(name.rpartition("-")[2] or 1)


def learner_password(home: Home, name: str, purpose: str) -> str:
    """Return one of a learner's passwords, which follow from the operator's: nothing is stored, and a reset keeps them.

    Args:
        home: The folder of the cloud.
        name: The learner's name.
        purpose: What it is for: user or gateway.
    """
    digest = hmac.digest(passwords(home)["admin"].encode(), f"{purpose} {name}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def gateway_password(home: Home, learner: str) -> str:
    """Return the password for the gateway: a learner's, or, if the name is empty, the operator's."""
    return learner_password(home, learner, "gateway") if learner else passwords(home)["gateway"]


def membership(home: Home) -> dict[str, str]:
    """Return whose folder this is, if it leads a learner to the cloud of a class: name and password for the gateway."""
    return json_store.load(home, "class")
