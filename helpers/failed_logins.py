"""What to tell a learner whose login failed, and what to do next."""

import os
import textwrap
from pathlib import Path

import yaml
from keystoneauth1 import exceptions as auth_exceptions
from openstack.config import loader
from openstack.exceptions import SDKException

_INCOMPLETE = {auth_exceptions.MissingRequiredOptions, auth_exceptions.NoMatchingPlugin, auth_exceptions.BadRequest}
_NO_CLOUD = {auth_exceptions.DiscoveryFailure, auth_exceptions.EndpointNotFound, auth_exceptions.NotFound}


def known_clouds() -> str:
    """Say which clouds there are to choose from, or why there are none."""
    for path in filter(os.path.exists, [os.environ.get("OS_CLIENT_CONFIG_FILE", ""), *loader.CONFIG_FILES]):
        try:
            clouds = yaml.safe_load(Path(path).read_text())["clouds"]
            return f"The clouds in {path} are: {', '.join(sorted(clouds))}."
        except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
            return f"{path} is to begin with a line `clouds:`, and the clouds below it ({_one_line(error)})."
    return "There is no clouds.yaml: put one in the folder ~/.config/openstack, or unset OS_CLOUD."


def advice(cloud: str, error: Exception) -> str:
    """Say what to do about a login that failed."""
    reasons = {type(reason) for reason in (error, error.__cause__, error.__context__)}
    if auth_exceptions.Unauthorized in reasons or getattr(error, "status_code", None) == 401:
        return (
            f"The cloud {cloud!r} refuses the login. Check user name, password, project and domains in clouds.yaml: it "
            "does not tell which of them is wrong."
        )
    # Where there is no password, or no auth, it is an error of Python's own.
    if reasons & _INCOMPLETE or not isinstance(error, SDKException | auth_exceptions.ClientException | OSError):
        return f"The entry of the cloud {cloud!r} in clouds.yaml is not complete: {_one_line(error)}."
    if auth_exceptions.SSLError in reasons:
        advice = "has a certificate that this machine does not trust. Set cacert in clouds.yaml to its CA file."
    elif reasons & _NO_CLOUD:
        advice = "does not answer as a cloud does. Check auth_url in clouds.yaml, and your network."
    else:
        advice = "does not answer. Check your network, and auth_url in clouds.yaml."
    return f"The cloud {cloud!r} {advice} It said: {_one_line(error)}"


def _one_line(error: Exception) -> str:
    """Return the beginning of what an error says, which can be a whole web page."""
    return textwrap.shorten(str(error), 200, placeholder=" ...")
