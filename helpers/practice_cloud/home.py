"""Where a practice cloud keeps its state, and what its services are told about each other."""

import hashlib
import importlib.metadata
import json
import os
import secrets
import sysconfig
from pathlib import Path

import platformdirs
import psutil
import yaml

# The system's first process.
_ALWAYS_THERE = "1"
_PACKAGE = Path(__file__).parent
SERVICES = yaml.safe_load((_PACKAGE / "etc" / "services.yaml").read_text())


class Home:
    """The folder of one practice cloud: $PRACTICE_CLOUD_HOME, or else in the platform's user data folder."""

    def __init__(self):
        default = platformdirs.user_data_path("practice-cloud")
        self.root = Path(os.environ.get("PRACTICE_CLOUD_HOME") or default).expanduser().absolute()
        self.etc = self.root / "etc"
        self.state = self.root / "state"
        self.pristine = self.root / "pristine"
        self.users = self.root / "users"
        self.logs = self.root / "logs"
        self.supervisor_log = self.logs / "supervisor.log"
        # Where pip puts the files that the services' packages bring along, such as api-paste.ini.
        self.data = sysconfig.get_path("data")
        self.clouds_yaml = self.root / "clouds.yaml"
        self.lock_file = self.root / "lock"
        own_catalog = self.root / "catalog.yaml"
        self.catalog_file = own_catalog if own_catalog.exists() else _PACKAGE / "catalog.yaml"

    @property
    def catalog(self) -> dict:
        """What there is on the cloud."""
        return yaml.safe_load(self.catalog_file.read_text())

    def create(self) -> None:
        """Make the folders, for their owner only."""
        for folder in (self.root, self.etc, self.users, self.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in (self.lock_file, self.supervisor_log):
            file.touch(mode=0o600)

    def add_user(self) -> None:
        """Note that this kernel's JupyterLab uses the cloud, or, outside of one, that somebody always does."""
        self.create()
        (self.users / os.environ.get("JPY_PARENT_PID", _ALWAYS_THERE)).touch(mode=0o600)

    def in_use(self) -> bool:
        """Tell whether one of the users is still there."""
        return any(psutil.pid_exists(int(user.name)) for user in self.users.iterdir())

    def recall(self, name: str) -> dict:
        """Return what is remembered under a name, which is nothing at first."""
        try:
            return json.loads((self.root / f"{name}.json").read_text())
        except FileNotFoundError:
            return {}

    def remember(self, name: str, value: dict) -> None:
        """Keep a value under a name, for whoever recalls it in another process."""
        _write(self.root / f"{name}.json", json.dumps(value, indent=1))

    def secrets(self) -> dict[str, str]:
        """Return this cloud's random passwords, made on first use."""
        if not (kept := self.recall("secrets")):
            kept = {name: secrets.token_urlsafe(18) for name in ("admin", "service", "user")}
            self.remember("secrets", kept)
        return kept

    def configure(self, urls: dict[str, str]) -> None:
        """Write each service's configuration file and clouds.yaml from the templates in etc/."""
        values = {"home": self, "catalog": self.catalog, "passwords": self.secrets(), "urls": urls}
        values["profile"] = urls["keystone"].removesuffix("/v3")
        for template in (_PACKAGE / "etc").iterdir():
            target = self.clouds_yaml if template.name == "clouds.yaml" else self.etc / template.name
            _write(target, template.read_text().format(**values))

    def fingerprint(self) -> dict[str, str]:
        """Tell what the state was built from and for; a state with another fingerprint is built anew."""
        sources = sorted(path for path in _PACKAGE.rglob("*") if path.suffix in (".py", ".conf"))
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in (*sources, self.catalog_file)))
        versions = {name: importlib.metadata.version(service["distribution"]) for name, service in SERVICES.items()}
        return {**versions, "home": str(self.root), "sources": digest.hexdigest()}


def _write(path: Path, text: str) -> None:
    """Write a file for its owner only; a reader sees the old text or the new one, never half of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.touch(mode=0o600)
    temporary.write_text(text)
    temporary.replace(path)
