"""Measure classes of several sizes: PYTHONPATH=tests python tests/tools/benchmark_class.py LEARNERS [LEARNERS ...]

Learners run part one of the course at the same moment and without a pause; a real class reads, too. First everybody has
a practice cloud, built before, where that fits into memory; then they share one. Prints a row for each class: the time
of the slowest, the most memory that clouds and kernels used, how long a list of the flavors took meanwhile (95th
percentile), and how many failed. After the last one, it prints the charts for TEACHING.md.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import openstack
import psutil
from conftest import NBVAL, NOTEBOOKS

from practice_cloud import PracticeCloud
from practice_cloud.state.projects import log_in

OURS = {"ipykernel_launcher", "practice_cloud.supervisor.supervisor"}
PART_ONE = [path for path in NOTEBOOKS if path.name < "09"]
EACH, SHARED = "a cloud each", "one cloud"
_SECONDS, _MEMORY_SECONDS = 5, 30
_CLOUD_BYTES = 900 * 2**20


def learner(folder: Path) -> subprocess.Popen:
    """Run part one; a cloud that starts with it ends with it, as it would with JupyterLab."""
    environment = {**os.environ, "PRACTICE_CLOUD_HOME": str(folder)}
    # When all kernels start at once, each takes long; JupyterLab would wait, too.
    waits = ["--nbval-cell-timeout=600", "--nbval-kernel-startup-timeout=600"]
    command = [sys.executable, *NBVAL, "--nbval-lax", *waits, *PART_ONE]
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
        """Measure until the class is done; the memory less often, because that takes seconds with many clouds."""
        next_memory = 0.0
        while not self.done.wait(_SECONDS):
            if time.monotonic() > next_memory:
                self.memory.append(memory())
                next_memory = time.monotonic() + _MEMORY_SECONDS
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


@dataclass
class Row:
    """How a class went: the time in s, the memory in MiB, the time of a list in s, and the number of failures."""

    way: str
    learners: int
    took: float
    memory: float
    list_took: float
    failed: int

    def __str__(self) -> str:
        return (
            f"| {self.way} | {self.learners} | {self.took:.0f} s | {self.memory / 1024:.1f} GiB "
            f"| {self.memory / self.learners:.0f} MiB | {self.list_took:.2f} s | {self.failed} |"
        )


def measure(way: str, homes: list[Path], watched: PracticeCloud) -> Row:
    """Let learners work at once, and print how it went."""
    began = time.monotonic()
    with Watch(log_in(watched.clouds_yaml, "practice")) as watch:
        courses = [learner(home) for home in homes]
        printed = [course.communicate()[0] for course in courses]
    took = time.monotonic() - began
    failed = [text for course, text in zip(courses, printed, strict=True) if course.returncode]
    # With clouds of their own, the one that is watched has no learner.
    used = max(watch.memory) - (watch.memory[0] if way == EACH else 0)
    slowest = statistics.quantiles(watch.lists, n=20)[-1] if len(watch.lists) > 1 else 0
    row = Row(way, len(homes), took, used, slowest, len(failed))
    print(row, flush=True)
    for text in failed:
        # The others follow from the first.
        print(re.split(r"\n_{3,} ", text)[:2][-1][-2000:], file=sys.stderr)
    return row


def clouds_of_their_own(learners: int, folder: Path) -> Row:
    """Measure a class in which everybody has a cloud."""
    homes = [folder / f"each-{learners}-{number}" for number in range(learners)]
    for home in homes:
        PracticeCloud(home).start()
        PracticeCloud(home).stop()
    with PracticeCloud(folder / f"watched-{learners}") as watched:
        row = measure(EACH, homes, watched)
    for home in homes:
        PracticeCloud(home).stop()
    return row


def one_cloud(learners: int, folder: Path) -> Row:
    """Measure a class that shares a new cloud."""
    cloud = PracticeCloud(folder / f"shared-{learners}")
    cloud.start(learners=learners)
    homes = [cloud.learner(number, folder / f"{learners}-{number}") for number in range(1, learners + 1)]
    row = measure(SHARED, homes, cloud)
    cloud.stop()
    return row


def chart(rows: list[Row], title: str, unit: str, value: Callable[[Row], float]) -> str:
    """Return a chart in the language of Mermaid, which GitHub draws."""
    values = ", ".join(f"{value(row):.1f}" for row in rows)
    axis = ", ".join(str(row.learners) for row in rows)
    return (
        f'xychart-beta\n    title "{title}"\n    x-axis "Learners" [{axis}]\n'
        f'    y-axis "{unit}" 0 --> {1.1 * max(map(value, rows)):.0f}\n    bar [{values}]\n'
    )


def main() -> None:
    """Measure classes of all sizes; exit with 1 if a learner failed."""
    rows = []
    print("| | Learners | Time | Memory | A learner | List (p95) | Failed |\n|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for learners in map(int, sys.argv[1:]):
            if learners * _CLOUD_BYTES < psutil.virtual_memory().available:
                rows.append(clouds_of_their_own(learners, Path(folder)))
            rows.append(one_cloud(learners, Path(folder)))
    shared = [row for row in rows if row.way == SHARED]
    print(chart(shared, "Memory of one cloud and its kernels", "GiB", lambda row: row.memory / 1024))
    print(chart(shared, "Part one, everybody at once", "minutes", lambda row: row.took / 60))
    sys.exit(any(row.failed for row in rows))


if __name__ == "__main__":
    main()
