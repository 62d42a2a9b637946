"""Compare the practice cloud of two checkouts on this machine: python tests/tools/benchmark.py BEFORE AFTER [RUNS]

BEFORE and AFTER are folders with a clone each, in which the README's first command has been run. Every measurement
takes place in both, in turn, five times or as often as RUNS says; what takes minutes, once. Prints medians and ratios.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import distribution
from pathlib import Path

import openstack
import psutil
from packaging.requirements import Requirement

import practice_cloud

IDLE_SECONDS = 30
CLIENTS = 20
NEW_CLIENTS = 10


def processes() -> list[psutil.Process]:
    """Return the supervisor and all services."""
    pids = {service["pid"] for service in practice_cloud.status()["services"].values()}
    services = [psutil.Process(pid) for pid in pids]
    return [services[0].parent(), *services]


def cpu() -> float:
    """Return the CPU time that the cloud has used, in seconds."""
    return sum(sum(process.cpu_times()[:2]) for process in processes())


def memory() -> float:
    """Return the memory of all processes in MiB, where what they share counts once."""
    return sum(process.memory_full_info().pss for process in processes()) / 2**20


def seconds(function: Callable) -> float:
    """Return how long a call takes."""
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def connect() -> openstack.connection.Connection:
    """Log in as the learner."""
    os.environ["OS_CLIENT_CONFIG_FILE"] = practice_cloud.status()["clouds_yaml"]
    return openstack.connect(cloud="practice")


def wanted(conn: openstack.connection.Connection) -> dict:
    """Return a small flavor, an image and a network, as create_server takes them."""
    return {
        "flavor": min(conn.list_flavors(), key=lambda flavor: (not flavor.disk, flavor.ram)),
        "image": conn.list_images()[0],
        "network": next(network for network in conn.list_networks() if not network.is_router_external),
        "auto_ip": False,
    }


def live(name: str) -> None:
    """Create a server with a floating IP, and delete both."""
    conn = connect()
    server = conn.create_server(name, wait=True, timeout=600, **wanted(conn))
    address = conn.create_floating_ip()
    conn.add_ip_list(server, [address.floating_ip_address], wait=True, timeout=600)
    conn.delete_server(server.id, wait=True, timeout=600)
    conn.delete_floating_ip(address.id)


def first_build() -> dict[str, float]:
    """Build and start a cloud in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PRACTICE_CLOUD_HOME"] = folder
        try:
            return {"first build (s)": seconds(practice_cloud.start)}
        finally:
            practice_cloud.stop()


def start() -> dict[str, float]:
    """Start a cloud that is built, and leave it alone."""
    practice_cloud.stop()
    took = seconds(practice_cloud.start)
    used, after_start = cpu(), memory()
    # Nova and Cinder report for the first time.
    time.sleep(5)
    before = cpu()
    time.sleep(IDLE_SECONDS)
    return {
        "start on a built state (s)": took,
        "start on a built state (CPU s)": used,
        "memory after a start (MiB)": after_start,
        "idle (% of a core)": 100 * (cpu() - before) / IDLE_SECONDS,
    }


def client() -> dict[str, float]:
    """Log in as a new client and ask three services; what the lists themselves cost is not counted."""
    cost = [0.0, 0.0]
    for _ in range(NEW_CLIENTS):
        conn = connect()
        for number in range(2):
            before = cpu()
            conn.list_flavors(), conn.list_images(), conn.list_networks()
            cost[number] += cpu() - before
    return {"new client, three services (CPU ms)": 1000 * (cost[0] - cost[1]) / NEW_CLIENTS}


def server() -> dict[str, float]:
    """Create a server and let it live."""
    conn = connect()
    ids = wanted(conn)
    request = {"flavor_id": ids["flavor"].id, "image_id": ids["image"].id, "networks": [{"uuid": ids["network"].id}]}
    began = time.perf_counter()
    new = conn.compute.create_server(name="benchmark", **request)
    # Looking slows Nova down: do it late, and with the cheapest call.
    time.sleep(0.4)
    while not list(conn.compute.servers(details=False, status="ACTIVE")):
        time.sleep(0.02)
    took = time.perf_counter() - began
    conn.delete_server(new.id, wait=True)
    before = cpu()
    live("benchmark")
    return {"request until ACTIVE (s)": took, "a server's life (CPU s)": cpu() - before}


def crowd() -> dict[str, float]:
    """Let many clients at once log in, and live a server's life."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        took = seconds(lambda: list(pool.map(live, map("client-{}".format, range(CLIENTS)))))
    return {f"{CLIENTS} clients at once (s)": took}


def lists() -> dict[str, float]:
    """List 200 networks with a port each."""
    conn = connect()
    operator = openstack.connect(cloud="practice-admin")
    with suppress(openstack.exceptions.HttpException):
        operator.set_network_quotas(conn.current_project_id, network=-1, port=-1)
    for number in range(200 - len(list(conn.network.networks()))):
        conn.network.create_port(network_id=conn.network.create_network(name=f"n{number}").id)
    took = {
        "list 200 networks (ms)": 1000 * seconds(lambda: list(conn.network.networks())),
        "list 200 ports (ms)": 1000 * seconds(lambda: list(conn.network.ports())),
    }
    return took


def course() -> dict[str, float]:
    """Compare all notebooks with their outputs, as the README's tests do."""
    practice_cloud.reset()
    before = cpu()
    notebooks = sorted(Path("notebooks").glob("[0-9]*.ipynb"))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval"]
    subprocess.run([*command, "--nbval-sanitize-with", "tests/sanitize.cfg", *notebooks], stdout=sys.stderr)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = cpu() - before + used.ru_utime + used.ru_stime
    return {"all notebooks, nbval (CPU s)": total, "memory after the course (MiB)": memory()}


def environment() -> dict[str, float]:
    """Add up the files of all packages that requirements.txt names."""
    lines = [line for line in Path("requirements.txt").read_text().splitlines() if "==" in line]
    names = {need.name for need in map(Requirement, lines) if not need.marker or need.marker.evaluate()}
    files = [Path(str(file.locate())) for name in names for file in distribution(name).files or ()]
    return {"environment (MiB)": sum(file.stat().st_size for file in files if file.exists()) / 2**20}


MEASUREMENTS = {
    **dict.fromkeys(("first_build", "start", "client", "server", "crowd"), 5),
    **dict.fromkeys(("lists", "course", "environment"), 1),
}


def measure(checkout: Path, name: str, home: str) -> dict[str, float]:
    """Run one measurement in a checkout, on its own cloud."""
    command = [checkout / ".venv/bin/python", Path(__file__).resolve(), name]
    variables = os.environ | {"PRACTICE_CLOUD_HOME": home}
    output = subprocess.run(command, cwd=checkout, env=variables, stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(output.splitlines()[-1])


def main() -> None:
    """Measure everything in both checkouts, and print a table."""
    checkouts, runs = [Path(folder).resolve() for folder in sys.argv[1:3]], int((sys.argv[3:] or ["5"])[0])
    print(f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        homes = [f"{folder}/before", f"{folder}/after"]
        for name, times in MEASUREMENTS.items():
            values: dict[str, list[list[float]]] = defaultdict(lambda: [[], []])
            for _ in range(min(times, runs)):
                for side, (checkout, home) in enumerate(zip(checkouts, homes, strict=True)):
                    for what, value in measure(checkout, name, home).items():
                        values[what][side].append(value)
            for what, sides in values.items():
                before, after = map(statistics.median, sides)
                spread = " | ".join(f"{min(side):.4g} to {max(side):.4g}" for side in sides)
                print(f"{what:40} {before:8.4g} {after:8.4g} ratio {after / before:.2f}  ({spread})", flush=True)
        for checkout, home in zip(checkouts, homes, strict=True):
            measure(checkout, "stop", home)


def stop() -> dict[str, float]:
    """Stop the cloud."""
    practice_cloud.stop()
    return {}


if __name__ == "__main__":
    if len(sys.argv) > 2:
        main()
    else:
        print(json.dumps(globals()[sys.argv[1]]()))
