"""The filters, on resources made by hand."""

import pytest
from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network

from helpers import filter_flavors, filter_images, filter_networks

SMALL = Flavor(name="small", vcpus=1, ram=1024, disk=20)
WIDE = Flavor(name="wide", vcpus=2, ram=1024, disk=20)
FAT = Flavor(name="fat", vcpus=1, ram=2048, disk=20)
DEEP = Flavor(name="deep", vcpus=1, ram=1024, disk=21)
FLAVORS = [SMALL, WIDE, FAT, DEEP]

TAGGED = Image(name="golden", tags=["os:ubuntu", "release:focal"])
DESCRIBED = Image(name="base", tags=[], os_distro="ubuntu", os_version="20.04")
NAMED = Image(name="Ubuntu FOCAL", tags=[])
UNDESCRIBED = Image(name="ubuntu-20.04-minimal", tags=[])
NAMELESS = Image(name=None, tags=["os:ubuntu"])
IMAGES = [TAGGED, DESCRIBED, NAMED, UNDESCRIBED, NAMELESS]


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        ({}, FLAVORS),
        ({"vcpus": 1}, [SMALL, FAT, DEEP]),
        ({"max_ram": 1024}, [SMALL, WIDE, DEEP]),
        ({"max_disk": 20}, [SMALL, WIDE, FAT]),
        ({"vcpus": 1, "max_ram": 1024, "max_disk": 20}, [SMALL]),
        ({"max_ram": 0}, []),
    ],
)
def test_flavors_meet_all_requirements_given(requirements, expected):
    assert filter_flavors(FLAVORS, **requirements) == expected


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        ({}, IMAGES),
        ({"tags": ["os:ubuntu"]}, [TAGGED, NAMELESS]),
        ({"tags": ["os:ubuntu", "release:focal"]}, [TAGGED]),
        ({"distro": "ubuntu", "version": "20.04"}, [DESCRIBED, UNDESCRIBED]),
        ({"distro": "Ubuntu"}, [DESCRIBED, NAMED, UNDESCRIBED]),
        ({"name": "focal"}, [NAMED]),
        ({"name": "focal", "distro": "ubuntu"}, [NAMED]),
        ({"name": "focal", "distro": "debian"}, []),
    ],
)
def test_images_meet_all_requirements_given(requirements, expected):
    assert filter_images(IMAGES, **requirements) == expected


def test_networks_are_inside_or_external():
    inside, outside = Network(name="a", is_router_external=False), Network(name="b", is_router_external=True)
    unknown = Network(name="c")
    assert filter_networks([inside, outside, unknown]) == [inside, unknown]
    assert filter_networks([inside, outside, unknown], external=True) == [outside]
