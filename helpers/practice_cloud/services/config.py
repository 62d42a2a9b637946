"""What the services and the clients of a practice cloud are told: passwords, addresses and the catalog."""

import ipaddress
import json
import secrets
import shlex
import sys
import sysconfig
from typing import Any

import yaml

from ..services import services_of
from .home import PACKAGE, Home
from .memory import recall, remember, write

# Of three users of Keystone; what Nova shares with whoever asks for metadata; what the gateway's proxy asks for.
_SECRETS = ("admin", "service", "user", "metadata", "gateway")


def passwords(home: Home) -> dict[str, str]:
    """Return this cloud's random passwords, made on first use."""
    kept = recall(home, "secrets")
    if not all(isinstance(kept.get(name), str) for name in _SECRETS):
        kept = {name: secrets.token_urlsafe(18) for name in _SECRETS}
        remember(home, "secrets", kept)
    return kept


def configure(home: Home, catalog: dict[str, Any], urls: dict[str, str]) -> None:
    """Write each service's configuration file from the template beside its description, and what clients read."""
    # Where pip puts the files that the services' packages bring along, such as api-paste.ini.
    known = {"data": sysconfig.get_path("data"), "catalog": catalog, "urls": urls}
    values = _escaped({**known, "passwords": passwords(home)})
    for name, service in services_of(catalog).items():
        template = PACKAGE / "services" / name / service.configuration
        lines = template.read_text().splitlines()
        filled = [line if line.startswith("#") else line.format(**values) for line in lines]
        write(home.etc / service.configuration, "\n".join([*filled, ""]))
    # What the cloud tells a client that knows nothing but its address.
    profile = {"auth": {"auth_url": urls["keystone"]}, "regions": [catalog["region"]], "identity_api_version": "3"}
    address = urls["keystone"].removesuffix("/v3")
    write(home.etc / "profile.json", json.dumps({"name": address, "profile": profile}))
    write_clouds_yaml(home, catalog, urls)
    _write_ssh_config(home, catalog)


def write_clouds_yaml(home: Home, catalog: dict[str, Any], urls: dict[str, str]) -> None:
    """Write the file that any OpenStack client can use."""
    region, known = catalog["region"], passwords(home)

    def cloud(user: str, password: str, project: str) -> dict[str, Any]:
        login = {"auth_url": urls["keystone"], "username": user, "password": password, "project_name": project}
        domain = {"user_domain_id": "default", "project_domain_id": "default"}
        return {"auth": login | domain, "region_name": region}

    clouds = {
        "practice": cloud(catalog["user"], known["user"], catalog["project"]),
        "practice-admin": cloud("admin", known["admin"], "admin"),
    }
    text = yaml.safe_dump({"clouds": clouds}, sort_keys=False, allow_unicode=True)
    write(home.clouds_yaml, f"# How to reach the practice cloud, for any OpenStack client.\n{text}")


def clouds_yaml_is_whole(home: Home, urls: dict[str, str]) -> bool:
    """Tell whether clients can find the cloud with its clouds.yaml; whoever writes to it may have spoilt it."""
    try:
        clouds = yaml.safe_load(home.clouds_yaml.read_text())["clouds"]
        return all(clouds[name]["auth"]["auth_url"] == urls["keystone"] for name in ("practice", "practice-admin"))
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError):
        return False


def proxy_url(home: Home, urls: dict[str, str]) -> str:
    """Return the address of the gateway as clients want it for a proxy, secret included."""
    return urls["gateway"].replace("//", f"//practice-cloud:{passwords(home)['gateway']}@")


def _write_ssh_config(home: Home, catalog: dict[str, Any]) -> None:
    """Write what lets `ssh -F` reach the floating IPs through the gateway, with known hosts of its own."""
    external = ipaddress.ip_network(catalog["networks"]["external"]["cidr"])
    # ssh knows patterns, but no networks: whole numbers of the address. Others are passed on by the gateway.
    pattern = ".".join([*str(external.network_address).split(".")[: external.prefixlen // 8], "*"])
    program = ["env", f"PRACTICE_CLOUD_HOME={home.root}", sys.executable, "-m", "helpers.practice_cloud", "connect"]
    command, known_hosts = (text.replace("%", "%%") for text in (shlex.join(program), str(home.known_hosts)))
    lines = ["# ssh -F with this file reaches the practice cloud's servers.", f"Host {pattern}"]
    lines += [f"    ProxyCommand {command} %h %p", f'    UserKnownHostsFile "{known_hosts}"']
    lines += ["    StrictHostKeyChecking accept-new", "    IdentitiesOnly yes", ""]
    write(home.root / "ssh_config", "\n".join(lines))


def _escaped(value: Any) -> Any:
    """Let oslo.config take a dollar sign for what it is: there, it begins the name of another option."""
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return value.replace("$", "$$") if isinstance(value, str) else value
