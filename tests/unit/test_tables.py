"""The tables, on resources made by hand."""

from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network

from helpers import flavors_table, images_table, networks_table, plot_flavors


def test_flavors_have_units_in_headers_and_the_smallest_first():
    table = flavors_table([Flavor(name="b", vcpus=2, ram=1, disk=1), Flavor(name="a", vcpus=1, ram=512, disk=10)])
    assert list(table.columns) == ["vCPUs", "RAM (MiB)", "disk (GiB)"]
    assert list(table.index) == ["a", "b"]
    assert table.loc["a"].to_list() == [1, 512, 10]
    assert (table.dtypes == "int64").all()


def test_images_have_a_size_in_mib_and_no_holes():
    table = images_table([Image(name="a", tags=["y", "x"], size=2**20), Image(name="b", tags=[], os_distro="debian")])
    assert table.loc["a"].to_list() == ["", "", "x, y", 1.0]
    assert table.loc["b"].to_list() == ["debian", "", "", 0.0]


def test_networks_tell_whether_they_are_external():
    network = Network(name="a", status="ACTIVE", subnet_ids=["1", "2"], is_router_external=False, is_shared=True)
    assert networks_table([network]).loc["a"].to_list() == ["ACTIVE", 2, False, True]


def test_tables_of_nothing_are_empty_and_keep_their_headers():
    for make in (flavors_table, images_table, networks_table):
        assert make([]).empty
        assert len(make([]).columns) >= 3


def test_the_plot_has_a_text_that_names_what_matches():
    flavors = [Flavor(name="b", vcpus=2, ram=1, disk=1), Flavor(name="a<", vcpus=1, ram=512, disk=10)]
    assert 'alt="2 flavors by memory and vCPUs. These match: a&lt;."' in plot_flavors(flavors, flavors[1:]).data
    assert "match: none." in plot_flavors(flavors).data
