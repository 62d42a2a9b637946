"""The tables, on resources made by hand."""

import pytest
from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network

from helpers import flavors_table, images_table, networks_table
from helpers.tables import table

FLAVORS = [Flavor(name="b", vcpus=2, ram=1, disk=1), Flavor(name="a", vcpus=1, ram=512, disk=10)]


def test_flavors_have_units_in_headers_and_the_smallest_first():
    table = flavors_table(FLAVORS)
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
    table = networks_table([network])
    assert table.loc["a"].to_list() == ["ACTIVE", 2, False, True]
    assert repr(table) == "name  status  subnets  external  shared\na     ACTIVE        2  no        yes"


def test_in_text_numbers_are_right_and_words_are_left_below_one_row_of_heads():
    assert repr(flavors_table(FLAVORS)) == (
        "name  vCPUs  RAM (MiB)  disk (GiB)\na         1        512          10\nb         2          1           1"
    )


def test_in_html_each_head_and_each_cell_is_aligned_and_escaped():
    page = table([("<a>", 1.25)], ["name", "size"])._repr_html_()
    left, right = 'style="text-align: left"', 'style="text-align: right"'
    assert page == (
        f'<table><tr><th scope="col" {left}>name</th><th scope="col" {right}>size</th></tr>'
        f'<tr><th scope="row" {left}>&lt;a&gt;</th><td {right}>1.2</td></tr></table>'
    )


def test_what_is_not_known_is_said_in_a_word():
    counted = table([("server", None), ("volume", 2)], ["kind", "number"]).astype("Int64")
    assert repr(counted) == "kind     number\nserver  unknown\nvolume        2"


@pytest.mark.parametrize("make", [flavors_table, images_table, networks_table])
def test_a_table_of_nothing_says_so(make):
    nothing = make([])
    assert nothing.empty
    assert len(nothing.columns) >= 3
    assert repr(nothing).startswith("There are no ")
    assert nothing._repr_html_() == f"<p>{nothing!r}</p>"


def test_a_part_of_a_table_looks_the_same():
    flavors = flavors_table(FLAVORS)
    assert repr(flavors[flavors["vCPUs"] == 2]).endswith("\nb         2          1           1")
    assert repr(flavors[flavors["vCPUs"] == 3]) == "There are no flavors."


def test_a_long_table_says_how_many_rows_are_not_shown():
    long = table(((f"{n}", n) for n in range(100)), ["name", "number"])
    assert repr(long).endswith("\n59        59\n... and 40 more.")
    assert long._repr_html_().endswith("</table>... and 40 more.")
