"""Connect to the learner's own cloud, or to the practice cloud."""

import os

import openstack
from openstack import exceptions
from openstack.connection import Connection

import practice_cloud
from helpers.errors import CourseError
from helpers.failed_logins import advice, known_clouds
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
    except exceptions.ConfigException as error:
        raise CourseError(f"{error} {known_clouds()}") from None
    except Exception as error:
        raise CourseError(advice(cloud, error)) from error
    regions = {endpoint["region_id"] for service in conn.service_catalog for endpoint in service["endpoints"]}
    if (region := conn.config.region_name) and region not in regions:
        raise CourseError(
            f"The cloud {cloud!r} has no region {region!r}, upper and lower case matter. "
            f"Set region_name in clouds.yaml to one of: {', '.join(sorted(regions))}."
        )
    return conn


def use_practice_cloud() -> None:
    """Start the practice cloud if it does not run; let openstacksdk find its clouds.yaml, and programs its servers.

    Raises:
        CourseError: It does not start.
    """
    with ProgressLine("Practice cloud") as line:
        try:
            status = practice_cloud.start(report=line.update)
        except practice_cloud.PracticeCloudError as error:
            raise CourseError(str(error)) from None
    os.environ["OS_CLIENT_CONFIG_FILE"] = status["clouds_yaml"]
    os.environ["PRACTICE_CLOUD_SSH_CONFIG"] = f"{status['home']}/ssh_config"
    # The servers are reached through the cloud's gateway, which passes everything else on to the proxy that was there.
    os.environ.setdefault("PRACTICE_CLOUD_UPSTREAM_PROXY", os.environ.get("http_proxy", ""))
    os.environ["http_proxy"] = practice_cloud.proxy()
    # Requests to this machine must not take the way round a proxy.
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join({"127.0.0.1", "localhost", *os.environ.get(name, "").split(",")} - {""})
