"""Answers to the exercises of notebooks 00 to 03."""

import os
import tempfile
from ipaddress import ip_network
from pathlib import Path

import yaml
from shared.cloud import WANTED

from answers.forms import NONSENSE, UNCHANGED, Answers, forms

FOCAL = "Ubuntu Server 20.04 LTS|LTS base image 2025-05|web-team-golden-image|ubuntu-focal-20.04-minimal-amd64"
# The files with passwords go when the tests end.
FOLDER = tempfile.TemporaryDirectory()


def _many_vcpus(conn) -> list:
    return [f for f in conn.list_flavors() if f.vcpus >= 4 and f.ram < 32 * 1024]


def _focal(conn) -> list:
    return [image for image in conn.list_images() if image.name in FOCAL.split("|")]


def _entry(conn, **auth) -> dict:
    return {"auth": conn.config.auth | auth}


def _clouds_file(content) -> Path:
    file = Path(tempfile.mkdtemp(dir=FOLDER.name)) / "clouds.yaml"
    file.write_text(yaml.safe_dump(content))
    return file


def _beside_auth(conn) -> Path:
    auth = dict(conn.config.auth)
    return _clouds_file({"clouds": {"mine": {"auth_url": auth.pop("auth_url"), "auth": auth}}})


def _operator(conn) -> Path:
    clouds = yaml.safe_load(Path(os.environ["OS_CLIENT_CONFIG_FILE"]).read_text())["clouds"]
    return _clouds_file({"clouds": {"mine": clouds["practice-admin"]}})


def _largest(conn):
    return max(conn.list_flavors(), key=lambda flavor: flavor.vcpus)


def _given(conn) -> tuple:
    return (conn,)


ANSWERS = {
    "MiB": Answers(
        wrong=[lambda: 20, lambda: "20480", lambda: 20 * 1000, *NONSENSE], right=[lambda: 20480, lambda: 20480.0]
    ),
    "project": Answers(
        given=_given,
        on=UNCHANGED,
        wrong=[lambda conn: conn.current_project.name, lambda conn: conn.current_project, *NONSENSE],
        right=[lambda conn: conn.current_project_id, lambda conn: conn.current_project.id],
    ),
    "Nova": Answers(
        given=_given,
        on=UNCHANGED,
        wrong=[
            lambda conn: conn.endpoint_for("network"),
            lambda conn: "https://cloud.example.org/compute",
            lambda conn: [conn.endpoint_for("compute")],
            lambda conn: conn.compute,
            *NONSENSE,
        ],
        right=[lambda conn: conn.endpoint_for("compute"), lambda conn: conn.compute.get_endpoint() + "/"],
    ),
    "clouds file": Answers(
        given=_given,
        on=UNCHANGED,
        wrong=[
            lambda conn: _clouds_file({"clouds": {"mine": {"auth": {**conn.config.auth, "auth_url": None}}}}),
            lambda conn: _clouds_file({"clouds": {"mine": _entry(conn, auth_url="http://127.0.0.1:9/v3")}}),
            lambda conn: _clouds_file({"clouds": {"mine": _entry(conn, password="forgotten")}}),
            lambda conn: _clouds_file({"mine": _entry(conn)}),
            lambda conn: _clouds_file({"clouds": {"other": _entry(conn)}}),
            _beside_auth,
            lambda conn: _clouds_file({"clouds": {}}),
            lambda conn: _clouds_file({"clouds": _entry(conn)}),
            lambda conn: {"clouds": {"mine": _entry(conn)}},
            lambda conn: Path(FOLDER.name) / "clouds.yaml",
            _operator,
            *NONSENSE,
        ],
        right=[
            lambda conn: _clouds_file({"clouds": {"mine": _entry(conn)}}),
            lambda conn: str(_clouds_file({"clouds": {"mine": {**_entry(conn), "region_name": "Fra1"}}})),
        ],
    ),
    "largest flavor": Answers(
        given=_given,
        on=UNCHANGED,
        wrong=[lambda conn: 65536, lambda conn: "64", lambda conn: _largest(conn), *NONSENSE],
        right=[lambda conn: 64, lambda conn: 65536 / 1024],
    ),
    "address range": Answers(
        given=_given,
        on=UNCHANGED,
        wrong=[
            lambda conn: "203.0.113.0/24",
            lambda conn: "192.168.122.1",
            lambda conn: ["192.168.122.0/24"],
            lambda conn: conn.get_network("test-net"),
            lambda conn: conn.get_subnet("test-net-subnet"),
            *NONSENSE,
        ],
        right=[lambda conn: "192.168.122.0/24", lambda conn: ip_network("192.168.122.0/24")],
    ),
    "room left": Answers(
        given=lambda conn: (conn, _largest(conn)),
        on=UNCHANGED,
        wrong=[lambda *_: 50, lambda *_: 6, lambda *_: 204800 / 65536, lambda conn, flavor: flavor, *NONSENSE],
        right=[lambda *_: 3, lambda *_: 3.0],
    ),
    "many vCPUs": Answers(
        given=_given,
        on=UNCHANGED,
        wrong=[
            lambda conn: [f for f in conn.list_flavors() if f.vcpus > 4 and f.ram < 32 * 1024],
            lambda conn: [f for f in conn.list_flavors() if f.vcpus >= 4 and f.ram < 32],
            lambda conn: _many_vcpus(conn) * 2,
            lambda conn: _many_vcpus(conn)[0],
            *NONSENSE,
        ],
        right=[lambda conn, n=number: forms(_many_vcpus(conn))[n] for number in range(7)],
    ),
    "no tags": Answers(
        given=_given,
        on=UNCHANGED,
        wrong=[
            lambda conn: [i for i in conn.list_images() if i.tags],
            lambda conn: [i for i in conn.list_images() if not i.tags and not i.os_distro],
            *NONSENSE,
        ],
        right=[lambda conn, n=number: forms(i for i in conn.list_images() if not i.tags)[n] for number in range(7)],
    ),
    "all Focal": Answers(
        given=lambda conn: (conn, WANTED),
        on=UNCHANGED,
        wrong=[
            lambda conn, _: [i for i in conn.list_images() if i.os_version == "20.04"],
            lambda conn, _: _focal(conn) + _focal(conn)[:2],
            lambda conn, _: conn.list_images(),
            *NONSENSE,
        ],
        right=[lambda conn, _, n=number: forms(_focal(conn))[n] for number in range(7)],
    ),
}
