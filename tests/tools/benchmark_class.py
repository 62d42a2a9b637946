"""Measure a class: PYTHONPATH=tests python tests/tools/benchmark_class.py {each,shared} LEARNERS [LEARNERS ...]

Learners run part one of the course at the same moment and without a pause; a real class reads, too. With "each",
everybody has a practice cloud, built before; with "shared", they share one. Prints for each size of the class: the time
of the slowest, the memory of clouds and kernels, how long a list of the flavors takes meanwhile, and how many failed.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import openstack
import psutil
from conftest import NBVAL, NOTEBOOKS

from practice_cloud import PracticeCloud
from practice_cloud.state.projects import log_in

OURS = {"ipykernel_launcher", "practice_cloud.supervisor.supervisor"}
PART_ONE = [path for path in NOTEBOOKS if path.name < "09"]
_SECONDS = 5


def learner(folder: Path) -> subprocess.Popen:
    """Run part one; a cloud that starts with it ends with it, as it would with JupyterLab."""
    environment = {**os.environ, "PRACTICE_CLOUD_HOME": str(folder)}
    command = [sys.executable, *NBVAL, "--nbval-lax", "--nbval-cell-timeout=600", *PART_ONE]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def memory() -> float:
    """Return the memory in MiB that clouds and kernels use, where what they share counts once."""
    total = 0
    for process in psutil.process_iter(["cmdline"]):
        if OURS & set(process.info["cmdline"] or ()):
            with suppress(psutil.Error):
                total += process.memory_full_info().pss
    return total / 2**20


class Watch:
    """Measures while the class works: the most memory, and how long it takes to list the flavors, in seconds."""

    def __init__(self, conn: openstack.connection.Connection) -> None:
        self.conn, self.done = conn, threading.Event()
        self.memory, self.lists = [memory()], []
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        """Measure until the class is done."""
        while not self.done.wait(_SECONDS):
            self.memory.append(memory())
            began = time.monotonic()
            with suppress(openstack.exceptions.SDKException):
                list(self.conn.compute.flavors())
            self.lists.append(time.monotonic() - began)

    def __enter__(self) -> "Watch":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.thread.join()


def measure(way: str, learners: int, homes: list[Path], watched: PracticeCloud) -> bool:
    """Let learners work at once, print how it went, and return whether all of them succeeded."""
    before, began = memory(), time.monotonic()
    with Watch(log_in(watched.clouds_yaml, "practice")) as watch:
        courses = [learner(home) for home in homes]
        printed = [course.communicate()[0] for course in courses]
    took, failed = time.monotonic() - began, [text for text in printed if " failed" in text]
    used = max(watch.memory) - (before if way == "each" else 0)
    slowest = statistics.quantiles(watch.lists, n=20)[-1] if len(watch.lists) > 1 else 0
    print(
        f"{way:6} {learners:3} learners: {took:5.0f} s, {used:6.0f} MiB, {used / learners:4.0f} each, "
        f"list {slowest:.2f} s (p95 of {len(watch.lists)}), {len(failed)} failed",
        flush=True,
    )
    for text in failed:
        print(text[-3000:], file=sys.stderr)
    return not failed


def clouds_of_their_own(learners: int, folder: Path) -> bool:
    """Measure a class in which everybody has a cloud."""
    homes = [folder / str(number) for number in range(learners)]
    for home in homes:
        PracticeCloud(home).start()
        PracticeCloud(home).stop()
    with PracticeCloud(folder / "watched") as watched:
        good = measure("each", learners, homes, watched)
    for home in homes:
        PracticeCloud(home).stop()
    return good


def one_cloud(learners: int, folder: Path) -> bool:
    """Measure a class that shares a new cloud."""
    cloud = PracticeCloud(folder / f"shared-{learners}")
    cloud.start(learners=learners)
    homes = [cloud.learner(number, folder / f"{learners}-{number}") for number in range(1, learners + 1)]
    good = measure("shared", learners, homes, cloud)
    cloud.stop()
    return good


def main() -> None:
    """Measure classes of several sizes; exit with 1 if a learner failed."""
    way = {"each": clouds_of_their_own, "shared": one_cloud}[sys.argv[1]]
    with tempfile.TemporaryDirectory() as folder:
        failed = [learners for learners in sys.argv[2:] if not way(int(learners), Path(folder))]
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
