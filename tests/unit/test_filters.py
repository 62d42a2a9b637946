"""The filters, on resources made by hand."""

import runpy
from types import SimpleNamespace

import pytest
from conftest import ROOT
from openstack.compute.v2.flavor import Flavor
from openstack.compute.v2.keypair import Keypair
from openstack.compute.v2.server import Server
from openstack.image.v2.image import Image
from openstack.network.v2.floating_ip import FloatingIP
from openstack.network.v2.network import Network

from helpers import (
    choose_flavor,
    choose_image,
    choose_network,
    filter_flavors,
    filter_images,
    filter_networks,
    flavors_table,
    images_table,
    networks_table,
    plot_flavors,
)
from helpers.errors import CourseError
from helpers.filters import MARK, filter_marked

SMALL = Flavor(name="small", vcpus=1, ram=1024, disk=20)
WIDE = Flavor(name="wide", vcpus=2, ram=1024, disk=20)
FAT = Flavor(name="fat", vcpus=1, ram=2048, disk=20)
DEEP = Flavor(name="deep", vcpus=1, ram=1024, disk=21)
FLAVORS = [WIDE, FAT, DEEP, SMALL]

TAGGED = Image(name="golden", tags=["os:ubuntu", "release:focal"])
DESCRIBED = Image(name="base", tags=[], os_distro="ubuntu", os_version="20.04")
NAMED = Image(name="Ubuntu FOCAL", tags=[])
UNDESCRIBED = Image(name="ubuntu-20.04-minimal", tags=[])
NAMELESS = Image(name=None, tags=["os:ubuntu"])
IMAGES = [TAGGED, DESCRIBED, NAMED, UNDESCRIBED, NAMELESS]


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        ({}, [SMALL, DEEP, FAT, WIDE]),
        ({"vcpus": 1}, [SMALL, DEEP, FAT]),
        ({"max_ram": 1024}, [SMALL, DEEP, WIDE]),
        ({"max_disk": 20}, [SMALL, FAT, WIDE]),
        ({"vcpus": 1, "max_ram": 1024, "max_disk": 20}, [SMALL]),
        ({"max_ram": 0}, []),
    ],
)
def test_flavors_meet_all_requirements_given_the_smallest_first(requirements, expected):
    assert filter_flavors(FLAVORS, **requirements) == expected


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        ({}, [NAMELESS, NAMED, DESCRIBED, TAGGED, UNDESCRIBED]),
        ({"tags": ["os:ubuntu"]}, [NAMELESS, TAGGED]),
        ({"tags": ["os:ubuntu", "release:focal"]}, [TAGGED]),
        ({"distro": "ubuntu", "version": "20.04"}, [DESCRIBED, UNDESCRIBED]),
        ({"distro": "ubuntu", "version": "20.04", "nickname": "focal"}, [NAMED, DESCRIBED, UNDESCRIBED]),
        ({"distro": "Ubuntu"}, [NAMED, DESCRIBED, UNDESCRIBED]),
        ({"name": "focal"}, [NAMED]),
        ({"name": "focal", "distro": "ubuntu"}, [NAMED]),
        ({"name": "focal", "distro": "debian"}, []),
    ],
)
def test_images_meet_all_requirements_given_by_name(requirements, expected):
    assert filter_images(IMAGES, **requirements) == expected


WEB_PAGE = runpy.run_path(str(ROOT / "notebooks" / "web_page.py"))


@pytest.mark.parametrize(
    ("name", "has_20_04", "has_22_04"),
    [
        ("jammy-server-cloudimg-amd64", False, True),
        ("ubuntu-focal-daily-2024-05-01", True, False),
        ("Featured-Ubuntu22", False, True),
        ("Ubuntu 22.04 LTS", False, True),
        ("ubuntu2004", True, False),
        ("Ubuntu-20_04-x86_64", True, False),
        ("Ubuntu 22.10", False, False),
        ("debian-12", False, False),
        ("Ubuntu 20.04 LTS Focal Fossa", True, False),
        ("Ubuntu 24.04 not Focal, not Jammy", False, False),
        ("debian-focal-tools", False, False),
    ],
)
def test_c3_a_name_says_the_version_in_many_ways(name, has_20_04, has_22_04):
    image = Image(name=name, tags=[])
    for version, nickname, expected in (("20.04", "focal", has_20_04), ("22.04", "jammy", has_22_04)):
        assert bool(filter_images([image], (), "ubuntu", version, nickname=nickname)) == expected
        wanted = SimpleNamespace(distro="ubuntu", version=version, nickname=nickname)
        assert WEB_PAGE["has_system"](image, wanted) == expected


@pytest.mark.parametrize(
    ("system", "found"),
    [
        ({"os_distro": "ubuntu", "os_version": "22.04.5"}, True),
        ({"os_distro": "Ubuntu", "os_version": "22.04 LTS"}, True),
        ({"os_distro": "ubuntu", "os_version": "22.040"}, False),
        ({"os_distro": "ubuntu"}, False),
        ({"os_version": "22.04"}, False),
    ],
)
def test_c3_a_version_may_have_a_point_release(system, found):
    image = Image(name="base", tags=[], **system)
    assert bool(filter_images([image], (), "ubuntu", "22.04", nickname="jammy")) == found
    wanted = SimpleNamespace(distro="ubuntu", version="22.04", nickname="jammy")
    assert WEB_PAGE["has_system"](image, wanted) == found


def test_c3_the_first_number_after_the_distribution_is_its_version():
    names = ["alma-9-build0", "alma-10-build9", "AlmaLinux 9.4", "suse-9"]
    found = filter_images([Image(name=name, tags=[]) for name in names], distro="alma", version="9")
    assert [image.name for image in found] == ["AlmaLinux 9.4", "alma-9-build0"]


def test_c4_images_for_special_machines_and_dated_builds_come_last():
    builds = ["ubuntu-20.04-20240101", "ubuntu-20.04-20250101"]
    special = ["Baremetal - Ubuntu 20.04", "Ubuntu 20.04 (GPU)"]
    images = [Image(name=name, tags=[]) for name in [*special, *builds, "ubuntu-20.04"]]
    found = [image.name for image in filter_images(images, distro="ubuntu", version="20.04")]
    assert found == ["ubuntu-20.04", *reversed(builds), *special]


def test_c1_flavors_without_a_disk_are_taken_if_there_are_no_others():
    diskless = Flavor(name="diskless", vcpus=1, ram=512, disk=0)
    assert filter_flavors([diskless, *FLAVORS], 1, 1024, 20) == [SMALL]
    assert filter_flavors([diskless, DEEP], 1, 1024, 20) == [diskless]


def test_networks_are_inside_or_external():
    inside, outside = Network(name="a", is_router_external=False), Network(name="b", is_router_external=True)
    unknown = Network(name="c")
    assert filter_networks([inside, outside, unknown]) == [inside, unknown]
    assert filter_networks([inside, outside, unknown], external=True) == [outside]


def test_a_limit_that_is_a_text_is_told_as_such():
    with pytest.raises(CourseError, match="'2048' is a text: in wanted.py, write VCPUS, MAX_RAM"):
        filter_flavors(FLAVORS, vcpus=1, max_ram="2048")


def test_a_version_that_is_a_number_is_told_as_such():
    with pytest.raises(CourseError, match='text.* write "20.04", in quotes'):
        filter_images(IMAGES, version=20.04)


FLAVORS_WITH_IDS = [Flavor(id=n, name=n, vcpus=v, ram=r, disk=1) for n, v, r in (("b", 2, 1), ("c", 1, 2), ("a", 1, 2))]
IMAGES_WITH_IDS = [Image(id=n, name=name, tags=[]) for n, name in (("3", "b"), ("2", "a"), ("1", "a"), ("0", None))]
NETWORKS_WITH_IDS = [Network(id=n, name=name) for n, name in (("3", "b"), ("2", "a"), ("1", "a"))]


@pytest.mark.parametrize(
    ("choose", "filter_", "resources"),
    [
        (choose_flavor, filter_flavors, FLAVORS_WITH_IDS),
        (choose_image, filter_images, IMAGES_WITH_IDS),
        (choose_network, filter_networks, NETWORKS_WITH_IDS),
    ],
)
def test_the_first_of_the_list_is_the_first_of_the_dropdown(choose, filter_, resources):
    for given in (resources, resources[::-1]):
        offered = [value for _, value in choose(filter_(given)).options]
        assert offered == [resource.id for resource in filter_(given)]


def test_only_what_has_the_mark_and_the_name_is_the_courses():
    mine, theirs = Server(name="my_server", metadata={"course": MARK}), Server(name="my_server", metadata={})
    other = Server(name="watched_server", metadata={"course": MARK})
    assert filter_marked([mine, theirs, other], name="my_server") == [mine]
    assert filter_marked([other, theirs, mine]) == [mine, other]
    assert not filter_marked([Server(name="my_server", metadata={"course": MARK}, status="DELETED")])
    addresses = [FloatingIP(description=MARK), FloatingIP(description=""), FloatingIP()]
    assert filter_marked(addresses) == addresses[:1]
    keys = [Keypair(name=f"{MARK}-ada"), Keypair(name="ada")]
    assert filter_marked(keys) == keys[:1]


def test_no_server_is_put_on_a_network_that_leads_nowhere():
    """The course makes such a network."""
    inside, twin = Network(name="z", is_router_external=False), Network(name="twin", description=MARK)
    assert filter_networks([twin, inside]) == [inside]


def test_no_server_is_put_on_a_network_that_has_no_addresses():
    inside, bare = Network(name="z", subnet_ids=["1"]), Network(name="a", subnet_ids=[])
    assert filter_networks([bare, inside]) == [inside]


def test_resources_with_holes_are_treated_like_others():
    """They are filtered, shown in tables and plots, and offered in dropdowns."""
    flavors = [Flavor(id="1"), Flavor(id="2", name="b", vcpus=None, ram=None, disk=None)]
    images = [Image(id="1", name=None, tags=None), Image(id="2", name="x", tags=[], properties=None)]
    # The second one has only an IPv6 subnet; a list of networks does not tell that.
    networks = [Network(id="1", name=None, subnet_ids=None), Network(id="2", name="n", subnet_ids=["6"])]
    assert len(filter_flavors(flavors, max_ram=1024)) == 2
    assert filter_flavors(flavors, max_disk=20) == flavors[:1]  # The SDK takes a size that is missing for 0.
    assert filter_flavors(flavors, vcpus=1) == []
    assert filter_images(images, tags=["a"], distro="ubuntu", version="20.04") == []
    assert filter_images(images, name="x") == images[1:]
    assert len(filter_networks(networks)) == 2
    assert len(flavors_table(flavors)) == len(images_table(images)) == len(networks_table(networks)) == 2
    assert [choose_flavor(flavors).value, choose_image(images).value, choose_network(networks).value] == ["1"] * 3
    assert choose_network(networks).options[0] == ("unnamed", "1")
    assert "unnamed" in plot_flavors(flavors, flavors).data
