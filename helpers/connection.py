"""Connect to the learner's own cloud, or to the practice cloud; say why a login fails."""

import os
import textwrap
from pathlib import Path

import openstack
import yaml
from keystoneauth1 import exceptions as auth_exceptions
from openstack.config import loader
from openstack.connection import Connection
from openstack.exceptions import ConfigException, SDKException

import practice_cloud
from helpers.errors import CourseError
from helpers.progress import ProgressLine

_INCOMPLETE = {auth_exceptions.MissingRequiredOptions, auth_exceptions.NoMatchingPlugin, auth_exceptions.BadRequest}
_NO_CLOUD = {auth_exceptions.DiscoveryFailure, auth_exceptions.EndpointNotFound, auth_exceptions.NotFound}


def connect() -> Connection:
    """Log in to the cloud that OS_CLOUD names, and return the connection.

    If OS_CLOUD is not set, it is the practice cloud, which is started if it is not running yet.

    Raises:
        CourseError: The cloud or the region is unknown, the login is refused, or the cloud cannot be reached.

    Example: conn = connect()
    """
    if not (cloud := os.environ.get("OS_CLOUD")):
        cloud = "practice"
        use_practice_cloud()
    try:
        conn = openstack.connect(cloud=cloud)
        conn.authorize()
    except ConfigException as error:
        raise CourseError(f"{error} {_known_clouds()}") from None
    except Exception as error:
        raise CourseError(explain_login_error(cloud, error)) from error
    regions = {endpoint["region_id"] for service in conn.service_catalog for endpoint in service["endpoints"]}
    if (region := conn.config.region_name) and region not in regions:
        raise CourseError(
            f"The cloud {cloud!r} has no region {region!r} (case matters). Set region_name in clouds.yaml to one of: "
            f"{', '.join(sorted(regions))}."
        )
    return conn


def use_practice_cloud() -> None:
    """Start the practice cloud if it is not running, and set the variables that lead programs to it and its servers.

    Raises:
        CourseError: It does not start.

    Example: use_practice_cloud()
    """
    with ProgressLine("Practice cloud") as line:
        try:
            status = practice_cloud.start(report=line.update)
        except practice_cloud.PracticeCloudError as error:
            raise CourseError(str(error)) from None
    os.environ["OS_CLIENT_CONFIG_FILE"] = status["clouds_yaml"]
    os.environ["PRACTICE_CLOUD_SSH_CONFIG"] = f"{status['home']}/ssh_config"
    # The servers are reached through the cloud's gateway, which passes everything else on to the previous proxy.
    os.environ.setdefault("PRACTICE_CLOUD_UPSTREAM_PROXY", os.environ.get("http_proxy", ""))
    os.environ["http_proxy"] = practice_cloud.proxy()
    # Requests to this machine must not go through a proxy.
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join({"127.0.0.1", "localhost", *os.environ.get(name, "").split(",")} - {""})


def explain_login_error(cloud: str, error: Exception) -> str:
    """Say what to do about a login that failed."""
    reasons = {type(reason) for reason in (error, error.__cause__, error.__context__)}
    message = textwrap.shorten(str(error), 200, placeholder=" ...")  # It can be a whole web page.
    if auth_exceptions.Unauthorized in reasons or getattr(error, "status_code", None) == 401:
        return (
            f"The cloud {cloud!r} refuses the login. Check user name, password, project and domains in clouds.yaml: "
            "the cloud does not say which of them is wrong."
        )
    # Without a password, or without auth, it is an error of Python's own.
    if reasons & _INCOMPLETE or not isinstance(error, SDKException | auth_exceptions.ClientException | OSError):
        return f"The entry for the cloud {cloud!r} in clouds.yaml is not complete: {message}."
    if auth_exceptions.SSLError in reasons:
        advice = "has a certificate that this machine does not trust. Set cacert in clouds.yaml to its CA file."
    elif reasons & _NO_CLOUD:
        advice = "does not answer as a cloud does. Check auth_url in clouds.yaml, and your network."
    else:
        advice = "does not answer. Check your network, and auth_url in clouds.yaml."
    return f"The cloud {cloud!r} {advice} The error was: {message}"


def _known_clouds() -> str:
    """Say which clouds clouds.yaml has, or why it has none."""
    for path in filter(os.path.exists, [os.environ.get("OS_CLIENT_CONFIG_FILE", ""), *loader.CONFIG_FILES]):
        try:
            return f"The clouds in {path} are: {', '.join(sorted(yaml.safe_load(Path(path).read_text())['clouds']))}."
        except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
            message = textwrap.shorten(str(error), 200, placeholder=" ...")
            return f"{path} must begin with a line `clouds:`, followed by the clouds ({message})."
    return "There is no clouds.yaml: put one in the folder ~/.config/openstack, or unset OS_CLOUD."
