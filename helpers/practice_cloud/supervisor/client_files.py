"""The files that clients of a practice cloud read: clouds.yaml and ssh_config, and the URL of the proxy."""

import ipaddress
import shlex
import sys
from typing import Any

import yaml

from ..base.home import Home
from ..base.json_store import write_private
from ..base.learner import gateway_password, membership
from ..base.secrets import passwords
from ..gateway.upstream import user_name


def own_logins(home: Home, catalog: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    """Return the logins of the cloud's own clouds.yaml, as write_clouds_yaml takes them."""
    known = passwords(home)
    return {
        "practice": (catalog["user"], known["user"], catalog["project"]),
        "practice-admin": ("admin", known["admin"], "admin"),
    }


def write_clouds_yaml(home: Home, region: str, auth_url: str, logins: dict[str, tuple[str, str, str]]) -> None:
    """Write the file that any OpenStack client can use.

    Args:
        home: The folder.
        region: The region.
        auth_url: Keystone's URL.
        logins: User, password and project by the name of the cloud.
    """
    domain = {"user_domain_id": "default", "project_domain_id": "default"}
    clouds = {
        cloud: {
            "auth": {"auth_url": auth_url, "username": user, "password": password, "project_name": project} | domain,
            "region_name": region,
        }
        for cloud, (user, password, project) in logins.items()
    }
    text = yaml.safe_dump({"clouds": clouds}, sort_keys=False, allow_unicode=True)
    write_private(home.clouds_yaml, f"# How any OpenStack client reaches the practice cloud.\n{text}")


def clouds_yaml_is_whole(home: Home, urls: dict[str, str]) -> bool:
    """Tell whether clouds.yaml leads clients to the cloud; a user or another program may have changed it."""
    try:
        clouds = yaml.safe_load(home.clouds_yaml.read_text())["clouds"]
        return all(clouds[name]["auth"]["auth_url"] == urls["keystone"] for name in ("practice", "practice-admin"))
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError):
        return False


def write_ssh_config(home: Home, catalog: dict[str, Any]) -> None:
    """Write the file with which `ssh -F` reaches the floating IPs through the gateway; it has its own known hosts."""
    external = ipaddress.ip_network(catalog["networks"]["external"]["cidr"])
    # ssh knows patterns, not networks, so the pattern has the network's whole numbers. The gateway relays any other
    # address that matches it.
    pattern = ".".join([*str(external.network_address).split(".")[: external.prefixlen // 8], "*"])
    program = ["env", f"PRACTICE_CLOUD_HOME={home.root}", sys.executable, "-m", "practice_cloud", "connect"]
    command, known_hosts = (text.replace("%", "%%") for text in (shlex.join(program), str(home.known_hosts)))
    lines = ["# ssh -F with this file reaches the practice cloud's servers.", f"Host {pattern}"]
    lines += [f"    ProxyCommand {command} %h %p", f'    UserKnownHostsFile "{known_hosts}"']
    lines += ["    StrictHostKeyChecking accept-new", "    IdentitiesOnly yes", ""]
    write_private(home.root / "ssh_config", "\n".join(lines))


def proxy_url(home: Home, urls: dict[str, str]) -> str:
    """Return the URL of the gateway as this process uses it for a proxy; it has the secret, and the previous proxy."""
    learner = membership(home)
    password = learner["password"] if learner else gateway_password(home, "")
    return urls["gateway"].replace("//", f"//{user_name(learner.get('name', ''))}:{password}@")
