"""A class: three learners on one practice cloud, each with a folder of their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from conftest import copy_cloud, edit_catalog, home_at, requirements
from openstack.connection import Connection
from shared.cloud import active, wait_until
from shared.gateway import CLOUD_CONFIG, PAGE

from practice_cloud import PracticeCloud
from practice_cloud.state.projects import log_in


@dataclass(frozen=True)
class Learner:
    """A learner: the number, and the folder that leads to the cloud."""

    number: int
    folder: Path

    @property
    def cloud(self) -> PracticeCloud:
        """The cloud of the class as the learner has it."""
        return PracticeCloud(self.folder)

    @property
    def conn(self) -> Connection:
        """A new login."""
        return log_in(self.cloud.clouds_yaml, "practice")

    def reaches(self, address: str, proxy: str = "") -> bool:
        """Tell whether a web page answers at an address."""
        try:
            # Python's variables for proxies do not count here, because another folder's cloud may have set them.
            found = requests.get(f"http://{address}/", proxies={"http": proxy or self.cloud.proxy}, timeout=2)
        except (requests.Timeout, requests.ConnectionError):
            return False
        return found.text.strip() == PAGE


@pytest.fixture(scope="module")
def class_home(built_cloud, tmp_path_factory) -> Iterator[Path]:
    """The folder of a cloud that a class of three shares, running."""
    folder = copy_cloud(built_cloud, tmp_path_factory.mktemp("class") / "teacher")
    edit_catalog(folder, hypervisor={"vcpus": 64, "ram_mib": 262144, "disk_gib": 8192, "boot_seconds": 0})
    with home_at(folder):
        PracticeCloud().start(learners=3)
        yield folder
        PracticeCloud().stop()


@pytest.fixture(scope="module")
def learners(class_home) -> list[Learner]:
    """The learners; all variables lead to the teacher's cloud."""
    cloud = PracticeCloud(class_home)
    return [Learner(number, cloud.learner(number, class_home.parent / f"learner {number}")) for number in (1, 2, 3)]


def site(conn: Connection, source: str | None = None) -> tuple:
    """Make a server that serves a page to a source, or to everybody; return it with its group."""
    group = conn.create_security_group("web", "HTTP")
    allow(conn, group, source)
    wanted = requirements(conn) | {"security_groups": ["web"], "userdata": CLOUD_CONFIG}
    server = active(conn, conn.create_server("web_server", auto_ip=False, **wanted))
    conn.add_ip_list(server, [conn.create_floating_ip().floating_ip_address], wait=True)
    return conn.get_server(server.id), group


def allow(conn: Connection, group, source: str | None) -> None:
    """Let a source, and nobody else, connect to port 80."""
    for rule in conn.network.security_group_rules(security_group_id=group.id, direction="ingress"):
        conn.network.delete_security_group_rule(rule)
    ports = {"port_range_min": 80, "port_range_max": 80}
    conn.create_security_group_rule(group.id, protocol="tcp", remote_ip_prefix=source, **ports)


def served(learner: Learner, address: str) -> bool:
    """Wait until a learner reaches a page."""
    return wait_until(lambda: learner.reaches(address))


def with_login(proxy: str, login: str) -> str:
    """Return the URL of a gateway with another user and password."""
    url = urlsplit(proxy)
    return f"http://{login}@{url.hostname}:{url.port}"
