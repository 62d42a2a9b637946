"""What is in a project, projects of their own on one cloud, and notebooks that are run in them."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from IPython.core.interactiveshell import InteractiveShell
from openstack.connection import Connection
from traitlets.config import Config

from practice_cloud import PracticeCloud
from practice_cloud.pytest_plugin import create_project


def contents(conn: Connection) -> dict[tuple[str, str], dict]:
    """Return all that is in a project, by kind and id, with all that the APIs tell about it."""
    network = conn.network
    kinds = [network.ips, network.ports, network.networks, network.subnets, network.routers, network.security_groups]
    of_project = [r for list_ in kinds for r in list_(project_id=conn.current_project_id)]
    images = conn.image.images(owner=conn.current_project_id)
    credentials = conn.identity.application_credentials(conn.current_user_id)
    volumes = conn.list_volumes() + conn.list_volume_snapshots() if conn.has_service("block-storage") else []
    compute = [*conn.compute.servers(), *conn.compute.keypairs(), *conn.compute.server_groups()]
    found = [*compute, *volumes, *images, *credentials, *of_project]
    return {(type(r).__name__, r.id): r.to_dict(computed=False) for r in found}


def shape(conn: Connection) -> list[tuple[str, str, str]]:
    """Return what is in a project without ids, times and addresses."""
    return sorted(
        (kind, one.get("name") or "", one.get("description") or "") for (kind, _), one in contents(conn).items()
    )


def enroll(name: str, folder: Path) -> tuple[Connection, Path]:
    """Make a project with a learner and a network in it; return a connection, and a clouds.yaml that leads there."""
    conn = create_project(PracticeCloud(), name)
    clouds = yaml.safe_load(PracticeCloud().clouds_yaml.read_text())
    clouds["clouds"]["practice"]["auth"] = conn.config.auth
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(clouds))
    return conn, path


def run(sources: Iterable[str], environment: dict[str, str], folder: Path) -> None:
    """Run the code of cells as a kernel does, in this process: a new one takes seconds to start.

    Args:
        sources: The cells.
        environment: Variables for the time being.
        folder: Stands for the folder of the notebooks, where private keys are written, too.

    Raises:
        Exception: What a cell raised.
    """
    shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    for path in (ROOT / "notebooks").glob("*.[py][ya]*"):
        shutil.copy(path, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.syspath_prepend(folder)
        for name, value in environment.items():
            patch.setenv(name, value)
        for source in sources:
            shell.run_cell(source).raise_error()
