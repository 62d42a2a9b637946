"""The final project: its folded solutions fulfil the order, and the table says what is missing."""

import nbformat
import pytest
from answers.checks_15_17 import MARK, club, door
from conftest import ROOT
from shared.cloud import WANTED

from helpers.exercises import final_project

pytestmark = pytest.mark.usefixtures("in_tmp_dir")

NOTEBOOK = nbformat.read(ROOT / "notebooks" / "17_final_project.ipynb", as_version=4)
FIRST = ["key pair", "its private key", "security group", "port 80 for everybody", "port 22 for you alone", "server"]


def missing(conn) -> dict[str, str]:
    """Return what the table says is missing."""
    table = final_project.verify(conn, WANTED)
    assert (table["there"] == (table["missing"] == "")).all()
    return table["missing"][~table["there"]].to_dict()


def test_the_order_names_what_the_check_looks_for():
    order = NOTEBOOK.cells[3].source + NOTEBOOK.cells[4].source
    for name in (final_project.KEY, final_project.GROUP, final_project.SERVER, final_project.SENTENCE, MARK):
        assert name in order


def test_the_table_says_what_is_missing_step_by_step(conn):
    assert list(missing(conn)) == [*FIRST, "floating IP"]
    door(conn, (22, 80, "0.0.0.0/0"))
    assert list(missing(conn)) == ["port 22 for you alone", "no other port", "server", "floating IP"]
    club(conn, flavor="2C-2GB-20GB", key_name=None, security_groups=["default"])
    assert missing(conn) == {
        "size": "Its flavor does not meet the requirements in wanted.py.",
        "its key pair": "Its key pair is None, not import-openstack-club.",
        "its security group": "Its only security group must be club.",
        "floating IP": "No floating IP with the mark as its description leads to club_server.",
    }
    conn.compute.stop_server(conn.get_server("club_server"))
    conn.compute.wait_for_server(conn.get_server("club_server"), status="SHUTOFF", interval=0.5)
    assert missing(conn)["server"] == "It is SHUTOFF, not ACTIVE."
