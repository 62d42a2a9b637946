"""The dropdowns, without a browser."""

import pytest
from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network

from helpers import choose_flavor, choose_image, choose_network, draw_topology, require
from helpers.errors import CourseError

BIG = Flavor(id="2", name="big", vcpus=2, ram=4096, disk=50)
SMALL = Flavor(id="1", name="small", vcpus=1, ram=512, disk=10)


def test_flavors_are_offered_with_units_and_the_smallest_first():
    chooser = choose_flavor([BIG, SMALL])
    assert chooser.options == (
        ("small: 1 vCPU, 0.5 GiB RAM, 10 GiB disk", "1"),
        ("big: 2 vCPU, 4 GiB RAM, 50 GiB disk", "2"),
    )
    assert chooser.value == "1"


def test_the_value_is_the_id_of_what_is_chosen():
    chooser = choose_flavor([BIG, SMALL])
    chooser.value = "2"
    assert chooser.label.startswith("big")


def test_the_text_where_there_is_no_widget_names_the_choice():
    """It is what GitHub shows, and a notebook that has not been run."""
    chooser = choose_flavor([BIG, SMALL])
    assert repr(chooser) == "Flavor: small (run this cell for a dropdown)"
    assert chooser._repr_mimebundle_()["text/plain"] == repr(chooser)
    assert repr(choose_image([])) == "Image: No image matches: change wanted.py (run this cell for a dropdown)"


def test_images_are_offered_with_their_system_where_it_is_known():
    plain = Image(id="1", name="zero")
    described = Image(id="2", name="base", os_distro="ubuntu", os_version="20.04")
    assert choose_image([plain, described]).options == (("base (ubuntu 20.04)", "2"), ("zero", "1"))


def test_networks_are_offered_in_their_order():
    networks = [Network(id="1", name="b"), Network(id="2", name="a")]
    assert choose_network(networks).options == (("b", "1"), ("a", "2"))


@pytest.mark.parametrize("choose", [choose_flavor, choose_image, choose_network])
def test_nothing_to_choose_says_so_and_has_a_label_and_no_value(choose):
    chooser = choose([])
    assert chooser.value is None
    assert chooser.disabled
    assert "matches" in chooser.label
    assert chooser.description


def test_a_dropdown_without_a_match_stops_the_next_cell():
    """One sentence says why."""
    nothing = choose_image([])
    with pytest.raises(
        CourseError, match="No image meets your requirements. Change DISTRO, VERSION and NICKNAME in wanted.py"
    ):
        require(flavor=choose_flavor([SMALL]).value, image=nothing.value)
    with pytest.raises(CourseError, match="No network meets your requirements"):
        draw_topology(None, choose_network([]).value)
    with pytest.raises(CourseError, match="No external network meets"):
        require(external_network=[])
    require(flavor=[SMALL], network="n")
