"""The notebooks on a cloud that is nothing like the one in their outputs, and in a project that others use, too."""

import re
import shutil

import openstack
import pytest
import yaml
from conftest import ROOT, home_at, named_cloud, nbval
from shared.catalogs import CATALOGS, cloud_like, run_notebooks
from shared.projects import contents

import practice_cloud

# What a learner changes, because clouds differ.
WANTED = """
VCPUS, MAX_RAM, MAX_DISK = 2, 4096, 40
DISTRO, VERSION, NICKNAME, USER = "alma", "9", "seafoam", "cloud-user"
NETWORK = "lab"
"""


def catalog() -> dict:
    """Return a catalog without tags and properties, with 60 flavors and 300 images."""
    sizes = [(vcpus, ram, disk) for vcpus in (2, 4, 8, 16, 32) for ram in (2, 4, 8, 16) for disk in (40, 80, 160)]
    return {
        "region": "eu-north-2",
        "user": "ada",
        "project": "lab-42",
        "hypervisor": {"vcpus": 64, "ram_mib": 131072, "disk_gib": 4096},
        "quotas": {"servers": 20, "vcpus": 60, "ram_mib": 122880, "floating_ips": 6},
        "flavors": [{"name": f"s{n:02}", "vcpus": v, "ram": r * 1024, "disk": d} for n, (v, r, d) in enumerate(sizes)],
        "images": [
            {"name": f"{distro}-{version}-build{number}"}
            for distro in ("alma", "suse", "ubuntu")
            for version in (9, 10)
            for number in range(50)
        ],
        "volumes": {"gib": 500, "quotas": {"volumes": 8, "snapshots": 4, "gib": 400}},
        "networks": {
            "external": {"name": "internet", "cidr": "198.51.100.0/24"},
            "project": {"name": "lab-net", "cidr": "10.20.0.0/16", "router": "uplink"},
        },
    }


# What the notebooks call theirs, a colleague may call the same.
SERVERS = [
    "first_minute",
    *(f"{name}_server" for name in "my second watched giant login web own blue green first next disk club".split()),
]
NETWORKS, GROUPS, VOLUMES = ("twin", "own_network"), ("web", "club"), ("diary", "old_diary")


def work_of_a_colleague(conn) -> None:
    """Make servers, networks, volumes, an address, groups and a key pair that no notebook may touch."""
    flavor, image, network = (conn.get_flavor("s00"), conn.get_image("alma-9-build0"), conn.get_network("lab-net"))
    for name in SERVERS:
        conn.create_server(name, flavor=flavor, image=image, network=network, auto_ip=False, wait=name == SERVERS[-1])
    for number, name in enumerate(NETWORKS):
        network = conn.create_network(name)
        conn.create_subnet(network.id, cidr=f"10.{number}.0.0/24")
        conn.create_port(network.id, name=name)
    for name in GROUPS:
        conn.create_security_group(name, "of a colleague")
    for name in VOLUMES:
        conn.create_volume(1, name=name)
        conn.create_volume_snapshot(conn.get_volume(name).id, name=name)
    conn.create_floating_ip()
    conn.create_keypair("colleague")


@pytest.fixture(scope="module")
def other_cloud(tmp_path_factory):
    """A folder with such a cloud, which runs, and whose clouds.yaml calls it nordic."""
    folder = tmp_path_factory.mktemp("nordic")
    (folder / "catalog.yaml").write_text(yaml.safe_dump(catalog()))
    with home_at(folder):
        try:
            practice_cloud.start()
            work_of_a_colleague(openstack.connect(cloud="practice"))
            clouds = (folder / "clouds.yaml").read_text().replace("  practice:", "  nordic:")
            (folder / "nordic.yaml").write_text(clouds)
            yield folder
        finally:
            practice_cloud.stop()


@pytest.mark.parametrize("name", CATALOGS)
def test_all_notebooks_run_on_a_cloud_like_public_ones(name, environment, tmp_path):
    """C1 to C5, and N2 and N3."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    with cloud_like(name, home):
        environment |= {"PRACTICE_CLOUD_HOME": str(home)}
        notebooks = sorted((tmp_path / "notebooks").glob("*.ipynb"))
        assert re.search(r"\d+ passed", run_notebooks(name, tmp_path / "notebooks", notebooks, environment))


def test_all_notebooks_run_on_a_very_different_cloud(other_cloud, environment, tmp_path):
    """They leave alone what is not theirs."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    (tmp_path / "notebooks" / "wanted.py").write_text(WANTED)
    with home_at(other_cloud):
        conn = openstack.connect(cloud="practice")
        before = contents(conn)
        assert len(before) > len(SERVERS)
        environment |= named_cloud("nordic", other_cloud / "nordic.yaml")
    environment["PRACTICE_CLOUD_HOME"] = str(tmp_path / "must-not-be-needed")
    printed = nbval("--nbval-lax", notebooks=[tmp_path / "notebooks"], cwd=tmp_path, env=environment)
    assert re.search(r"\d+ passed", printed)
    assert not (tmp_path / "must-not-be-needed").exists()
    assert contents(conn) == before
