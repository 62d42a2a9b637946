"""Clouds in the form of public ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openstack
import yaml
from conftest import ROOT, home_at, nbval

import practice_cloud
from practice_cloud.base.home import PACKAGE

CATALOGS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text())


@contextmanager
def cloud_like(name: str, folder: Path) -> Iterator[None]:
    """Run a cloud in the form of a public one inside the with block."""
    shipped = yaml.safe_load((PACKAGE / "catalog.yaml").read_text())
    changes = {key: value for key, value in CATALOGS[name].items() if key in shipped}
    (folder / "catalog.yaml").write_text(yaml.safe_dump(shipped | changes))
    with home_at(folder):
        try:
            practice_cloud.start()
            if CATALOGS[name].get("more_networks"):
                _add_networks()
            yield
        finally:
            practice_cloud.stop()


def _add_networks() -> None:
    """Make a second external network, and a shared network without a router, both first by name."""
    admin = openstack.connect(cloud="practice-admin").network
    outside = {"provider_network_type": "vxlan", "is_router_external": True}
    for number, options in enumerate((outside, {"is_shared": True})):
        network = admin.create_network(name=f"a{number}", **options)
        admin.create_subnet(network_id=network.id, cidr=f"10.9{number}.0.0/24", ip_version=4)


def run_notebooks(name: str, folder: Path, notebooks: list[Path], environment: dict[str, str]) -> str:
    """Run notebooks on such a cloud, with its wanted.py, and return what nbval printed."""
    wanted = (ROOT / "notebooks" / "wanted.py").read_text()
    lines = [f"{key} = {value!r}\n" for key, value in CATALOGS[name]["wanted"].items()]
    (folder / "wanted.py").write_text(wanted + "".join(lines))
    return nbval("--nbval-lax", notebooks=notebooks, cwd=folder, env=environment)
