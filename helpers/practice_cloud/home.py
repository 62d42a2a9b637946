"""Where a practice cloud keeps its state, and what its services are told about each other."""

import hashlib
import importlib.metadata
import json
import os
import secrets
import string
from pathlib import Path

import platformdirs
import yaml

PACKAGE = Path(__file__).parent
# Each service, and its type in the catalog of every OpenStack cloud.
SERVICES = {
    "keystone": "identity",
    "glance": "image",
    "placement": "placement",
    "neutron": "network",
    "nova": "compute",
}
_DISTRIBUTIONS = ("keystone", "glance", "openstack-placement", "neutron", "nova")


class Home:
    """One practice cloud's folder: its configuration, databases, images and logs.

    Args:
        root: The folder. By default $PRACTICE_CLOUD_HOME, or else the platform's user data folder.
    """

    def __init__(self, root: str | os.PathLike | None = None):
        root = root or os.environ.get("PRACTICE_CLOUD_HOME")
        self.root = Path(root).expanduser().absolute() if root else platformdirs.user_data_path("practice-cloud")
        self.etc = self.root / "etc"
        self.state = self.root / "state"
        self.pristine = self.root / "pristine"
        self.logs = self.root / "logs"
        self.clouds_yaml = self.root / "clouds.yaml"
        self.status_file = self.root / "status.json"
        self.lock_file = self.root / "lock"

    @property
    def catalog(self) -> dict:
        """What there is on the cloud: this home's catalog.yaml, or else the package's."""
        return yaml.safe_load(self._catalog_file.read_text())

    @property
    def _catalog_file(self) -> Path:
        own = self.root / "catalog.yaml"
        return own if own.exists() else PACKAGE / "catalog.yaml"

    def create(self) -> None:
        """Make the folders, readable for their owner only."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.etc, self.logs):
            folder.mkdir(mode=0o700, exist_ok=True)

    def remembered(self, name: str, default: dict) -> dict:
        """Return the JSON object kept in this home under a name, or the default where there is none."""
        try:
            return json.loads((self.root / name).read_text())
        except FileNotFoundError:
            return default

    def remember(self, name: str, value: dict) -> None:
        """Keep a JSON object under a name; a reader sees the old one or the new one, never half of it."""
        write_atomically(self.root / name, json.dumps(value, indent=1))

    def secrets(self) -> dict[str, str]:
        """Return this cloud's random passwords, made on first use."""
        if not (kept := self.remembered("secrets.json", {})):
            kept = {name: secrets.token_urlsafe(18) for name in ("admin", "service", "user")}
            self.remember("secrets.json", kept)
        return kept

    def configure(self, ports: dict[str, int]) -> None:
        """Write each service's configuration file and clouds.yaml from the templates in etc/.

        Args:
            ports: The port of each service on loopback.
        """
        catalog, passwords = self.catalog, self.secrets()
        values = {
            "home": self.root,
            "state": self.state,
            "logs": self.logs,
            "locks": self.root / "locks",
            "keystone_root": f"http://127.0.0.1:{ports['keystone']}",
            **{f"{service}_url": url for service, url in endpoints(ports).items()},
            **{f"{service}_paste": paste_file(service) for service in ("glance", "neutron", "nova")},
            **{f"{name}_password": password for name, password in passwords.items()},
            **{f"hypervisor_{key}": value for key, value in catalog["hypervisor"].items()},
            **{f"quota_{key}": value for key, value in catalog["quotas"].items()},
            **{key: catalog[key] for key in ("region", "user", "project")},
        }
        for template in (PACKAGE / "etc").iterdir():
            target = self.clouds_yaml if template.name == "clouds.yaml" else self.etc / template.name
            write_atomically(target, string.Template(template.read_text()).substitute(values))

    def fingerprint(self) -> dict[str, str]:
        """Tell what the state of this home depends on; a state with another fingerprint is built anew."""
        sources = sorted(path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".conf"))
        digest = hashlib.sha256(b"".join(p.read_bytes() for p in (*sources, self._catalog_file)))
        versions = {name: importlib.metadata.version(name) for name in _DISTRIBUTIONS}
        return {**versions, "root": str(self.root), "catalog and code": digest.hexdigest()}


def endpoints(ports: dict[str, int]) -> dict[str, str]:
    """Return the URL of each service's API."""
    paths = {"keystone": "/v3", "nova": "/v2.1"}
    return {name: f"http://127.0.0.1:{ports[name]}{paths.get(name, '')}" for name in SERVICES}


def paste_file(service: str) -> Path:
    """Return the file, shipped with a service, that says which middleware its API has."""
    for file in importlib.metadata.files(service):
        if file.match(f"etc/{service}/*paste.ini"):
            return Path(file.locate()).resolve()
    raise FileNotFoundError(f"The installed {service} has no paste file; install it again.")


def write_atomically(path: Path, text: str) -> None:
    """Write a file that only its owner can read, so that it is never seen half written."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.touch(mode=0o600)
    temporary.write_text(text)
    temporary.replace(path)
