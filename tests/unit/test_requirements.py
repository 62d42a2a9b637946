"""What meets the requirements in wanted.py, and what an error says to change."""

from types import SimpleNamespace

import pytest
from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network

from helpers import root_disk, select_resources
from helpers.errors import CourseError

WANTED = SimpleNamespace(
    VCPUS=1, MAX_RAM=1024, MAX_DISK=20, DISTRO="ubuntu", VERSION="20.04", NICKNAME="focal", USER="ubuntu", NETWORK=""
)
SMALL = Flavor(name="small", vcpus=1, ram=512, disk=1)
MEDIUM = Flavor(name="medium", vcpus=1, ram=1024, disk=20)
FOCAL = Image(name="focal", tags=[], min_disk=8)
INSIDE = Network(id="1", name="a", is_router_external=False)
ROUTED = Network(id="2", name="b", is_router_external=False)


def cloud(flavors=(MEDIUM,), images=(FOCAL,), networks=(INSIDE, ROUTED), routers=True):
    """Return a connection that only lists, and a router that joins the network ROUTED to another one."""
    router = SimpleNamespace(external_gateway_info={"network_id": "outside"})
    return SimpleNamespace(
        list_flavors=lambda: list(flavors),
        list_images=lambda: list(images),
        list_networks=lambda: list(networks),
        list_routers=lambda: [router] if routers else [],
        list_router_interfaces=lambda router, kind: [SimpleNamespace(network_id="2")],
    )


def select(wanted=WANTED, **lists):
    return select_resources(cloud(**lists), wanted)


def test_c4_the_flavor_has_room_for_the_image():
    assert select(flavors=[SMALL, MEDIUM]) == {"flavor": MEDIUM, "image": FOCAL, "network": ROUTED}


def test_n3_the_network_leads_outside_if_one_does():
    assert select()["network"] == ROUTED
    assert select(routers=False)["network"] == INSIDE


def test_c1_a_flavor_without_a_disk_boots_from_a_volume():
    diskless = Flavor(name="diskless", vcpus=1, ram=1024, disk=0)
    volume = {"boot_from_volume": True, "volume_size": 20, "terminate_volume": True}
    assert select(flavors=[diskless]).items() >= volume.items()
    assert (root_disk(diskless, WANTED), root_disk(MEDIUM, WANTED)) == (volume, {})


def test_c1_a_volume_is_not_empty():
    diskless, wanted = Flavor(name="diskless", disk=0), SimpleNamespace(**{**vars(WANTED), "MAX_DISK": 0})
    with pytest.raises(CourseError, match="diskless has no disk.*: set MAX_DISK = 20 in wanted.py"):
        root_disk(diskless, wanted)


SCS = Flavor(name="SCS-1V-2", vcpus=1, ram=2048, disk=0)
TINY = Flavor(name="a1-ram2-disk20", vcpus=1, ram=2048, disk=20)
WIDE = Flavor(name="wide", vcpus=2, ram=4096, disk=50)


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ({"flavors": [WIDE, TINY]}, "The nearest is a1-ram2-disk20 .*: set MAX_RAM = 2048 in wanted.py, restart"),
        ({"flavors": [SCS, TINY]}, "The nearest is a1-ram2-disk20 .*: set MAX_RAM = 2048 in wanted.py, restart"),
        ({"flavors": [WIDE, SCS]}, "The nearest is SCS-1V-2 .*: set MAX_RAM = 2048 in wanted.py, restart"),
        ({"flavors": [WIDE]}, "set VCPUS = 2 and MAX_RAM = 4096 and MAX_DISK = 50 in wanted.py"),
        ({"flavors": []}, "This project sees no flavors"),
        ({"images": [Image(name="Debian 12", tags=[])]}, "has the images Debian 12. Set DISTRO, VERSION"),
        ({"images": []}, "There is no ubuntu 20.04 image"),
        ({"networks": []}, "no network for servers. Notebook 12"),
        ({"wanted": SimpleNamespace(**vars(WANTED) | {"NETWORK": "x"})}, "has the networks a, b. Set NETWORK in"),
        ({"wanted": SimpleNamespace(**vars(WANTED) | {"NETWORK": "["})}, "not a regular expression .* NETWORK"),
    ],
    ids=[
        "C2 memory",
        "C2 one of two",
        "C2 no disk",
        "C2 three lines",
        "C2 none",
        "C3 others",
        "C3 none",
        "N4",
        "NETWORK",
        "NETWORK [",
    ],
)
def test_an_error_says_what_to_change(lists, said):
    with pytest.raises(CourseError, match=said):
        select(**lists)
