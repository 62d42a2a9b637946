"""Measure the practice cloud on this machine: PYTHONPATH=tests python tests/tools/benchmark.py

Prints the median of five measurements each (of what takes minutes, one), beside what this project aims at
for two cores. It uses a cloud of its own.
"""

import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import openstack
import psutil
import requests
from conftest import NOTEBOOKS, home_at, processes, requirements
from shared.cloud import active
from shared.users import enroll_many, wrong_answers

import practice_cloud

TIMES = 5
IDLE_SECONDS = 30
SERVERS = 200


def seconds(function: Callable) -> float:
    """Return how long a call takes."""
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def first_build() -> float:
    """Build and start a cloud in an empty folder."""
    with tempfile.TemporaryDirectory() as folder, home_at(folder):
        try:
            return seconds(practice_cloud.start)
        finally:
            practice_cloud.stop()


def restart() -> float:
    """Start the built cloud until all of it answers."""
    practice_cloud.stop()
    return seconds(practice_cloud.start)


def server() -> float:
    """Create a server, from the request until it is ACTIVE."""
    conn = openstack.connect(cloud="practice")
    wanted = requirements(conn)
    ids = {"flavor_id": wanted["flavor"], "image_id": wanted["image"], "networks": [{"uuid": wanted["network"]}]}
    began = time.perf_counter()
    new = conn.compute.create_server(name="benchmark", **ids)
    # Looking slows Nova down: do it late, and with the cheapest call.
    time.sleep(0.5)
    while not list(conn.compute.servers(details=False, status="ACTIVE")):
        time.sleep(0.05)
    took = time.perf_counter() - began
    conn.delete_server(new.id, wait=True)
    return took


def web_servers(number: int) -> list[str]:
    """Return the URLs of servers that serve a page, made as far as they are not there."""
    conn = openstack.connect(cloud="practice")
    group = conn.get_security_group("web") or conn.create_security_group("web", "HTTP")
    if len(group.security_group_rules) == 2:
        conn.create_security_group_rule(group.id, protocol="tcp", port_range_min=80, port_range_max=80)
    wanted = {**requirements(conn), "security_groups": ["web"], "userdata": "#cloud-config\npackages: [nginx]"}
    for _ in range(number - len(conn.list_servers())):
        new = conn.create_server("web", auto_ip=False, wait=True, **wanted)
        conn.add_ip_list(new, [conn.create_floating_ip().floating_ip_address], wait=True)
    urls = [f"http://{server.public_v4}/" for server in conn.list_servers()]
    for url in urls:
        # As long as it boots, it is silent.
        while True:
            with suppress(requests.Timeout):
                get(url)
                break
    return urls


def get(url: str) -> None:
    """Get a page through the gateway."""
    requests.get(url, proxies={"http": practice_cloud.proxy()}, timeout=1).raise_for_status()


def page() -> float:
    """Get a page through a floating IP, in milliseconds."""
    url = web_servers(1)[0]
    return 1000 * seconds(lambda: get(url))


def memory_of_guests() -> float:
    """Return how much more memory the cloud takes with three guests, each of which has answered once."""
    web_servers(1)
    before = memory()
    web_servers(4)
    after = memory()
    practice_cloud.reset()
    return after - before


def fill() -> None:
    """Put as many servers into the learner's project as are to be listed."""
    conn, operator = openstack.connect(cloud="practice"), openstack.connect(cloud="practice-admin")
    operator.set_compute_quotas(conn.current_project_id, instances=SERVERS, cores=SERVERS, ram=-1)
    wanted = requirements(conn)
    for _ in range(SERVERS // 50):
        conn.create_server(name="one-of-many", **wanted, min_count=50, max_count=50)
    while len(list(conn.compute.servers(details=False, status="ACTIVE"))) < SERVERS:
        time.sleep(1)


def list_servers() -> float:
    """List them all with their details, but without what the SDK asks Neutron about each server."""
    conn = openstack.connect(cloud="practice")
    if len(conn.list_servers()) < SERVERS:
        fill()
    return seconds(lambda: conn.list_servers(bare=True))


def twenty_clients() -> float:
    """Let twenty clients at once log in, and make and delete a server with a floating IP."""

    def life_cycle(number: int) -> None:
        conn = openstack.connect(cloud="practice")
        made = active(conn, conn.create_server(name=f"client-{number}", **requirements(conn)))
        floating_ip = conn.create_floating_ip()
        conn.add_ip_list(made, [floating_ip.floating_ip_address], wait=True, timeout=300)
        conn.delete_server(made.id, wait=True)
        conn.delete_floating_ip(floating_ip.id)

    with ThreadPoolExecutor(20) as pool:
        return seconds(lambda: list(pool.map(life_cycle, range(20))))


def wrong_of_5000() -> float:
    """Return how many of 5,000 answers to twelve users at once are not those that each of them gets alone."""
    wrong = wrong_answers(enroll_many(12), 5000)
    practice_cloud.reset()
    return len(wrong)


def log_in() -> float:
    """Log in as a new client and ask three services, in milliseconds."""
    conn = openstack.connect(cloud="practice")
    return 1000 * seconds(lambda: (conn.list_flavors(), conn.list_images(), conn.list_networks()))


def import_helpers() -> float:
    """Import what every notebook begins with, beyond what the SDK and pandas take."""
    times = [
        seconds(lambda code=code: subprocess.run([sys.executable, "-c", code], check=True))
        for code in ("import openstack, pandas", "import openstack, pandas; from helpers import connect")
    ]
    return times[1] - times[0]


def idle() -> float:
    """Return the cloud's use of a core, in percent, while nobody asks it for anything."""

    def used() -> float:
        return sum(sum(process.cpu_times()[:2]) for process in processes())

    before = used()
    time.sleep(IDLE_SECONDS)
    return 100 * (used() - before) / IDLE_SECONDS


def memory() -> float:
    """Return the memory of all processes in MiB, where what they share counts once."""
    return sum(process.memory_full_info().pss for process in processes()) / 2**20


def memory_after_course() -> float:
    """Run all notebooks, and return the memory after them."""
    restart()
    convert = [sys.executable, "-m", "jupyter", "nbconvert", "--execute", "--to", "notebook", "--stdout"]
    for notebook in NOTEBOOKS:
        subprocess.run([*convert, notebook], check=True, capture_output=True)
    return memory()


def main() -> None:
    """Measure everything and print a table."""
    print(f"{platform.platform()}, {os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB")
    print(f"Python {platform.python_version()}, openstacksdk {importlib.metadata.version('openstacksdk')}")
    with tempfile.TemporaryDirectory() as folder, home_at(folder):
        practice_cloud.start()
        try:
            measurements = (
                ("first build", first_build, "s", 20),
                ("start on a built state", restart, "s", 5),
                ("reset", lambda: seconds(practice_cloud.reset), "s", 1.5),
                ("log in and ask three services", log_in, "ms", 400),
                ("create a server until it is ACTIVE", server, "s", 0.8),
                ("20 clients at once, a life cycle each", twenty_clients, "s", 47),
                ("wrong answers of 5,000 to users at once", wrong_of_5000, "", 0),
                ("import helpers beyond the SDK and pandas", import_helpers, "s", 0.3),
                ("idle CPU of one core", idle, "%", 3),
                ("memory after the course (PSS)", memory_after_course, "MiB", 500),
                ("first byte of a page", page, "ms", 50),
                ("memory of three guests (PSS)", memory_of_guests, "MiB", 30),
                (f"list {SERVERS} servers of one project", list_servers, "s", 0.5),
            )
            for name, measure, unit, aim in measurements:
                # These take minutes, and hardly vary.
                values = [measure() for _ in range(1 if measure in (memory_after_course, wrong_of_5000) else TIMES)]
                spread = f"{min(values):.2f} to {max(values):.2f}"
                print(f"{name:48} {statistics.median(values):8.2f} {unit:4} aim {aim:<5} ({spread})", flush=True)
        finally:
            practice_cloud.stop()


if __name__ == "__main__":
    main()
