"""The configuration files of the services, filled in from their templates."""

import json
import sysconfig
from typing import Any

from ..base.home import PACKAGE, Home
from ..base.json_store import write_private
from ..base.secrets import passwords
from . import enabled_services


def configure(home: Home, catalog: dict[str, Any], urls: dict[str, str]) -> None:
    """Write each service's configuration file from the template beside its description."""
    # Where pip puts the data files of the services' packages, such as api-paste.ini.
    known = {"data": sysconfig.get_path("data"), "catalog": catalog, "urls": urls}
    values = _escaped({**known, "passwords": passwords(home)})
    for name, service in enabled_services(catalog).items():
        template = PACKAGE / "services" / name / service.configuration
        lines = template.read_text().splitlines()
        filled = [line if line.startswith("#") else line.format(**values) for line in lines]
        write_private(home.etc / service.configuration, "\n".join([*filled, ""]))
    # Keystone serves it to clients that know nothing but the cloud's address.
    profile = {"auth": {"auth_url": urls["keystone"]}, "regions": [catalog["region"]], "identity_api_version": "3"}
    address = urls["keystone"].removesuffix("/v3")
    write_private(home.etc / "profile.json", json.dumps({"name": address, "profile": profile}))


def _escaped(value: Any) -> Any:
    """Double each dollar sign: in oslo.config, a single one begins the name of another option."""
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return value.replace("$", "$$") if isinstance(value, str) else value
