"""Collect what a bug report needs, without secrets."""

import json
import platform
from importlib.metadata import distributions
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from ..base import json_store
from ..base.errors import PracticeCloudError
from ..base.home import Home
from .status import status


def collect(home: Home, target: Path) -> Path:
    """Write a zip file with the status, the catalog, the logs and the versions of all packages."""
    if not home.logs.is_dir():
        raise PracticeCloudError("The practice cloud does not exist yet. Start it first.")
    versions = sorted(f"{package.name} {package.version}" for package in distributions())
    texts = {
        "status.json": json.dumps(status(home), indent=1),
        "catalog.yaml": home.catalog_file.read_text(),
        "versions.txt": "\n".join([platform.platform(), f"Python {platform.python_version()}", *versions]),
        **{f"logs/{path.name}": path.read_text(errors="replace") for path in home.logs.iterdir()},
    }
    secrets = [secret for secret in json_store.load(home, "secrets").values() if isinstance(secret, str)]
    target.touch(mode=0o600)
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            # The logs have no secrets. This is for a log that a user made more verbose.
            for secret in secrets:
                text = text.replace(secret, "***")
            archive.writestr(name, text)
    return target.absolute()
