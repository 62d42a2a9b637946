"""Connect to the learner's own cloud, or to the practice cloud."""

import os

import openstack
from keystoneauth1 import exceptions as auth_exceptions
from openstack.config import OpenStackConfig
from openstack.connection import Connection

from helpers import practice_cloud
from helpers.errors import CourseError
from helpers.progress import ProgressLine


def connect() -> Connection:
    """Connect to the cloud named by OS_CLOUD, or to the practice cloud where OS_CLOUD is not set.

    The practice cloud is started if it does not run. The connection has logged in when it is returned.

    Returns:
        A connection of openstacksdk, as openstack.connect() makes it.

    Raises:
        CourseError: There is no such cloud or region, the login is refused, or the cloud cannot be reached.
    """
    cloud = os.environ.get("OS_CLOUD")
    if not cloud:
        cloud = "practice"
        use_practice_cloud()
    try:
        conn = openstack.connect(cloud=cloud)
        conn.authorize()
    except openstack.exceptions.ConfigException as error:
        raise CourseError(f"{error} {_known_clouds()}") from None
    except (openstack.exceptions.SDKException, auth_exceptions.ClientException, OSError) as error:
        raise CourseError(_advice(cloud, error)) from error
    regions = {endpoint["region_id"] for service in conn.service_catalog for endpoint in service["endpoints"]}
    if (region := conn.config.region_name) and region not in regions:
        raise CourseError(
            f"The cloud {cloud!r} has no region {region!r}, upper and lower case matter. "
            f"Set region_name in clouds.yaml to one of: {', '.join(sorted(regions))}."
        )
    return conn


def use_practice_cloud() -> None:
    """Start the practice cloud if it does not run, and let openstacksdk find its clouds.yaml.

    Raises:
        CourseError: It does not start.
    """
    with ProgressLine("Practice cloud") as line:
        try:
            status = practice_cloud.start(report=line.update)
        except practice_cloud.PracticeCloudError as error:
            raise CourseError(str(error)) from None
    os.environ["OS_CLIENT_CONFIG_FILE"] = status["clouds_yaml"]
    # Requests to this machine must not take the way round a proxy.
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join({"127.0.0.1", *os.environ.get(name, "").split(",")} - {""})


def _known_clouds() -> str:
    config = OpenStackConfig()
    if not config.config_filename:
        return "There is no clouds.yaml: put one in the folder ~/.config/openstack, or unset OS_CLOUD."
    return f"The clouds in {config.config_filename} are: {', '.join(sorted(config.get_cloud_names()))}."


def _advice(cloud: str, error: Exception) -> str:
    reasons = {type(reason) for reason in (error, error.__cause__, error.__context__)}
    if auth_exceptions.Unauthorized in reasons or getattr(error, "status_code", None) == 401:
        return f"The cloud {cloud!r} refuses the user name or the password. Check them in clouds.yaml."
    return f"The cloud {cloud!r} does not answer. Check your network, and auth_url in clouds.yaml. It said: {error}"
