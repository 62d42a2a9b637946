"""A client's user name at the gateway: who it is, and the URL of the proxy that it used before.

So the gateway, which may have started long before, stores nothing, and other requests go where they used to go.
"""

import base64
from urllib.parse import urlsplit
from urllib.request import getproxies

_USER = "practice-cloud"


def user_name(learner: str = "") -> str:
    """Return the user name with which this process calls the gateway, for a learner of a class, or for the operator."""
    proxies = getproxies()
    before = proxies.get("http") or proxies.get("all", "")
    if before and "://" not in before:
        before = f"http://{before}"
    user = urlsplit(before).username or ""
    # This process may already use a gateway, perhaps that of another practice cloud.
    upstream = user.partition(".")[2] if user.startswith(_USER) else _encode(before)
    return "".join([_USER, learner and f"-{learner}", upstream and f".{upstream}"])


def learner_of(user: str) -> str:
    """Return the learner's name in a user name; it is empty for the operator."""
    return user.partition(".")[0].removeprefix(_USER).removeprefix("-")


def upstream_of(user: str) -> str:
    """Return the URL of the proxy in a user name, or an empty string.

    Raises:
        ValueError: The user name is not one of ours.
    """
    return base64.urlsafe_b64decode(user.partition(".")[2]).decode()


def _encode(url: str) -> str:
    return base64.urlsafe_b64encode(url.encode()).decode()
