"""Pictures: of a topology, of flavors, and those of the notebooks."""

import base64
import re
from types import SimpleNamespace
from xml.etree import ElementTree

import draw_images
import pytest
from conftest import ROOT
from openstack.compute.v2.flavor import Flavor
from openstack.network.v2.floating_ip import FloatingIP
from openstack.network.v2.network import Network
from openstack.network.v2.port import Port
from openstack.network.v2.router import Router
from openstack.network.v2.subnet import Subnet

from helpers import draw_topology, plot_flavors

SVG = {"": "http://www.w3.org/2000/svg"}
SERVER = SimpleNamespace(id="s", name="a <server>", status="ACTIVE")
PORTS = [
    Port(id="p1", network_id="n1", fixed_ips=[{"ip_address": "10.0.0.5"}]),
    Port(id="p2", network_id="n2", fixed_ips=[{"ip_address": "10.2.0.5"}, {"ip_address": "fd00::5"}]),
]
LONG = "a-router-with-a-name-that-is-much-longer-than-most"


def drawn(output) -> ElementTree.Element:
    """Return the picture in an output."""
    return ElementTree.fromstring(base64.b64decode(re.search(r'base64,([^"]+)"', output.data)[1]))


def words(output) -> list[str]:
    """Return the words in a picture."""
    return [text.text for text in drawn(output).iterfind("text", SVG)]


def shapes(output, name: str) -> list[dict[str, float]]:
    """Return the sizes and places of the shapes of a kind."""
    sizes = ("x", "y", "width", "height")
    return [{key: float(shape.get(key)) for key in sizes} for shape in drawn(output).iterfind(name, SVG)]


@pytest.fixture
def conn():
    """A connection to a cloud with two networks, two routers, and a router of another project."""
    names = {"n1": "blue", "n2": "green", "out": "public", "out2": "office"}
    to = {"r1": "out", "r2": "out2"}
    routers = [
        Router(id=id_, name=name, external_gateway_info={"network_id": to[id_]})
        for id_, name in (("r2", LONG), ("r1", "first"))
    ]
    on = {"r1": ["n1"], "r2": ["n1", "n2", "n2"]}
    floating_ips = [
        FloatingIP(port_id="p1", router_id="r1", floating_ip_address="203.0.113.9", fixed_ip_address="10.0.0.5")
    ]
    return SimpleNamespace(
        get_server=lambda _: SERVER,
        get_network_by_id=lambda id_: Network(id=id_, name=names[id_]),
        list_subnets=lambda which: [Subnet(cidr=f"10.{which['network_id'][1]}.0.0/24")],
        list_routers=lambda: routers,
        list_router_interfaces=lambda router, _: [Port(network_id=id_) for id_ in on[router.id]],
        list_ports=lambda _: PORTS,
        network=SimpleNamespace(ips=lambda: floating_ips),
        floating_ips=floating_ips,
        routers=routers,
    )


def test_the_floating_ip_is_at_the_router_and_leads_to_the_fixed_ip(conn):
    picture = draw_topology(conn, "n1", SERVER)
    assert "The floating IP 203.0.113.9 leads to 10.0.0.5." in repr(picture)
    found = words(picture)
    assert {"floating IP 203.0.113.9", "10.0.0.5", "10.2.0.5", "fd00::5", "a <server>", "ACTIVE"} <= set(found)
    (arrow,) = [path for path in drawn(picture).iterfind("path", SVG) if path.get("marker-end")]
    begin, *_, end = re.findall(r"[\d.]+ [\d.]+", arrow.get("d"))
    assert begin.split()[1] == end.split()[1], "it is level"


def test_all_networks_of_the_server_and_all_routers_are_drawn_once(conn):
    found = words(draw_topology(conn, "n1", SERVER))
    assert [found.count(name) for name in ("blue", "green", "public", "office", "first", "router")] == [
        1,
        1,
        1,
        1,
        1,
        2,
    ]
    shortened = [word for word in found if word.startswith("a-router")]
    assert len(shortened) == 1
    assert shortened[0].endswith("…")
    text = repr(draw_topology(conn, "n1", SERVER))
    assert f"by the router first to the external network public and by the router {LONG} to" in text


def test_no_box_of_a_picture_covers_another_one(conn):
    picture = draw_topology(conn, "n1", SERVER)
    columns = {}
    for shape in shapes(picture, "rect"):
        columns.setdefault(shape["x"], []).append((shape["y"], shape["y"] + shape["height"]))
    for column in columns.values():
        column.sort()
        assert all(above[1] <= below[0] for above, below in zip(column, column[1:], strict=False))


def test_a_router_of_another_project_is_known_by_its_floating_ip(conn):
    conn.routers.clear()
    conn.floating_ips[0].floating_network_id = "out"
    picture = draw_topology(conn, "n1", SERVER)
    assert "by the router of another project to the external network public" in repr(picture)
    assert "of another project" in words(picture)


def test_a_network_without_anything_is_a_picture_too(conn):
    conn.routers.clear()
    conn.list_subnets = lambda _: []
    picture = draw_topology(conn, "n1")
    assert repr(picture) == "The network blue (no subnet) has no router to an external network."
    assert words(picture) == ["blue", "no subnet"]


def test_a_picture_is_an_image_with_a_text(conn):
    """So people who cannot see it, GitHub, and a notebook that is not trusted have it, too."""
    picture = draw_topology(conn, "n1", SERVER)
    assert picture.data.startswith('<img alt="The network blue (10.1.0.0/24) is connected by')
    assert "The server a &lt;server&gt; is ACTIVE" in picture.data
    root = drawn(picture)
    assert root.get("role") == "img"
    assert root.findtext("desc", namespaces=SVG) == repr(picture)


FLAVORS = [Flavor(name="b", vcpus=2, ram=1024, disk=1), Flavor(name="a<", vcpus=1, ram=512, disk=10)]


def test_the_plot_has_a_text_that_names_what_matches():
    assert 'alt="2 flavors by memory and vCPUs. These match: a&lt;."' in plot_flavors(FLAVORS, FLAVORS[1:]).data
    assert "match: none." in plot_flavors(FLAVORS).data


def test_the_ticks_of_the_plot_are_powers_of_two():
    found = words(plot_flavors([*FLAVORS, Flavor(name="c", vcpus=3, ram=3072, disk=1)]))
    assert [word for word in found if word[0].isdigit()] == ["0.5", "1", "2", "4", "1", "2", "4"]


def test_every_flavor_is_visible_in_the_plot_even_in_a_crowd():
    crowd = [Flavor(name=f"{n}", vcpus=1, ram=512, disk=n) for n in range(30)]
    places = [
        group.get("transform") for group in drawn(plot_flavors(crowd)).iterfind("g", SVG) if group.get("transform")
    ]
    # And the two in the legend.
    assert len(set(places)) == 30 + 2


def test_names_of_many_matches_do_not_cover_each_other():
    crowd = [Flavor(name=f"flavor {n}", vcpus=1, ram=512 * n, disk=1) for n in range(1, 30)]
    tops = [shape["y"] for shape in shapes(plot_flavors(crowd, crowd), "rect") if shape["width"] == 110]
    assert len(set(tops)) == len(tops) == 8


def test_a_plot_of_nothing_or_of_unknown_sizes_is_a_plot_too():
    assert repr(plot_flavors([])) == "0 flavors by memory and vCPUs. These match: none."
    assert repr(plot_flavors([Flavor(name="x")])).startswith("1 flavor by memory")


@pytest.mark.parametrize("name", ["goal", "login"])
def test_the_pictures_of_the_notebooks_are_drawn_in_the_same_style(name):
    path = ROOT / "notebooks" / "images" / f"{name}.svg"
    assert path.read_text() == getattr(draw_images, name)()
    assert ElementTree.parse(path).getroot().findtext("desc", namespaces=SVG)
