"""Connect to the learner's own cloud, or to the practice cloud."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import openstack
from keystoneauth1 import exceptions as auth_exceptions
from keystoneauth1.identity.base import BaseIdentityPlugin
from keystoneauth1.identity.generic.base import BaseGenericPlugin
from openstack.config import OpenStackConfig, loader
from openstack.connection import Connection
from openstack.exceptions import InvalidResponse

import practice_cloud
from helpers import login_errors
from helpers.errors import CourseError
from helpers.progress import ProgressLine

_SECONDS = 25  # For a login: real clouds need one or two.
_SECONDS_OF_PEOPLE = 300  # For a login that shows a web page, and waits until somebody has filled it in.
_ASK_PEOPLE = ("v3websso", "v3oidcdeviceauthz")
# The first start takes about 20 seconds: these steps of it, after "loading OpenStack", build the cloud.
_BUILD = ("creating databases", "creating users", "creating flavors")


def connect() -> Connection:
    """Log in to the cloud that OS_CLOUD names, and return the connection.

    If OS_CLOUD is not set, it is the practice cloud, which is started if it is not running yet.

    Raises:
        CourseError: The cloud or the region is unknown, the login is refused, or the cloud does not answer in 25 s.

    Example: conn = connect()
    """
    if not (cloud := os.environ.get("OS_CLOUD")):
        cloud = "practice"
        use_practice_cloud()
    entry = _find_entry(cloud)
    patient = login_errors.flatten(entry).get("auth_type") in _ASK_PEOPLE
    try:
        return _run_within(_SECONDS_OF_PEOPLE if patient else _SECONDS, lambda: _log_in(cloud))
    except CourseError:
        raise
    except Exception as error:
        # A traceback would show the error itself, whose text can have a secret in it.
        raise CourseError(_explain(cloud, entry, error)) from None


def use_practice_cloud() -> None:
    """Start the practice cloud if it is not running, and set the variables that lead programs to it and its servers.

    Raises:
        CourseError: It does not start.

    Example: use_practice_cloud()
    """
    with ProgressLine("Practice cloud") as line:
        try:
            status = practice_cloud.start(report=lambda message: _report(line, message))
        except practice_cloud.PracticeCloudError as error:
            raise CourseError(str(error)) from None
    os.environ["OS_CLIENT_CONFIG_FILE"] = status["clouds_yaml"]
    os.environ["PRACTICE_CLOUD_SSH_CONFIG"] = f"{status['home']}/ssh_config"
    os.environ["PRACTICE_CLOUD_ADDRESS"] = str(practice_cloud.client_address())
    # The servers are reached through the cloud's gateway, which passes everything else on to the previous proxy.
    os.environ["http_proxy"] = practice_cloud.proxy()
    # Requests to this machine must not go through a proxy.
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join({"127.0.0.1", "localhost", *os.environ.get(name, "").split(",")} - {""})


def _report(line: ProgressLine, message: str) -> None:
    """Show how far the start of the practice cloud is; only the first start has numbered steps."""
    step = next((number for number, begin in enumerate(_BUILD, 2) if message.startswith(begin)), 0)
    line.update(f"{message}, about 20 s in all" if step else message, step, step and len(_BUILD) + 1)


def _log_in(cloud: str) -> Connection:
    """Log in, and see whether the course can work with this login."""
    conn = openstack.connect(cloud=cloud)
    if not isinstance(conn.session.auth, BaseIdentityPlugin):
        raise auth_exceptions.MissingAuthPlugin
    url = str(conn.config.auth.get("auth_url"))
    if fault := login_errors.find_address_fault(url):
        raise CourseError(f"The entry for the cloud {cloud!r} does not work: {fault}.")
    # This kind first asks which versions there are. To a 401, it would log in while it logs in, and wait for itself.
    asks = isinstance(conn.session.auth, BaseGenericPlugin)
    if asks and conn.session.get(url, authenticated=False, raise_exc=False, log=False).status_code == 401:
        raise InvalidResponse("something else asks for a login there")
    try:
        conn.authorize()
        project, catalog = conn.current_project_id, conn.service_catalog
        endpoints = [endpoint for service in catalog for endpoint in service["endpoints"]]
        regions = {endpoint.get("region_id") or endpoint.get("region") for endpoint in endpoints}
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise InvalidResponse(f"{type(error).__name__}: {error}") from error
    if not project:
        raise CourseError(
            f"The entry for the cloud {cloud!r} names no project, and you have none by default: add `project_name` and "
            "`project_domain_name` below `auth:`."
        )
    if (region := conn.config.region_name) and region not in regions:
        known = ", ".join(sorted(filter(None, regions)))
        advice = f"Set `region_name` to one of: {known}" if known else "Its catalog has none: leave it out"
        raise CourseError(f"The cloud {cloud!r} has no region {region!r} (case matters). {advice}.")
    return conn


def _run_within(seconds: float, function: Callable[[], Any]) -> Any:
    """Return what a function returns, or raise TimeoutError.

    A timeout of a request is not enough: it begins again with each address of a name and with each byte that comes.
    """
    future: Future = Future()

    def run() -> None:
        try:
            future.set_result(function())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError as error:
        raise error if future.done() else TimeoutError(f"timed out after {seconds} s") from None


def _find_entry(cloud: str) -> Any:
    """Return what the files and variables have for a cloud; {} if the SDK cannot read them."""
    try:
        return OpenStackConfig().cloud_config["clouds"].get(cloud, {})
    except Exception:
        return {}


def _explain(cloud: str, entry: Any, error: Exception) -> str:
    """Say what is wrong: with a file, with the name of the cloud, with the entry or with the cloud."""
    config_files = [os.environ.get("OS_CLIENT_CONFIG_FILE", ""), *loader.CONFIG_FILES]
    secure_files = [os.environ.get("OS_CLIENT_SECURE_FILE", ""), *loader.SECURE_FILES]
    if login_errors.find_row(login_errors.flatten(entry), error).at in (login_errors.ENTRY, login_errors.LOGIN):
        for places in (config_files, secure_files):
            file = next(filter(os.path.exists, places), None)
            if file and (fault := login_errors.find_file_fault(Path(file), cloud)):
                return fault
    if f"Cloud {cloud} was not found" in str(error):
        if not any(map(os.path.exists, config_files)):
            return "There is no clouds.yaml: put one in the folder ~/.config/openstack, or unset OS_CLOUD."
        config = OpenStackConfig()
        names = ", ".join(sorted(map(str, config.get_cloud_names())))
        return f"{error} The clouds in {config.config_filename} are: {names}."
    said = login_errors.explain_login_error(cloud, entry, error)
    if cloud == "practice" and "refuses the login" in said:
        return (
            "The practice cloud refuses the login. If you changed this user's password, run `practice-cloud reset` in "
            "a terminal: it restores the password, and everything else on the cloud, to what it was after the build."
        )
    return said
