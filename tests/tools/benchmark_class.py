"""Measure a class on one machine: PYTHONPATH=tests python tests/tools/benchmark_class.py [LEARNERS ...]

Each learner has a practice cloud of their own, already built, and runs the whole course on it, all at the same time and
without a pause: a real class reads, too. Prints the time for the slowest and the memory of all clouds and kernels.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
from conftest import NBVAL, NOTEBOOKS, home_at

import practice_cloud

OURS = {"ipykernel_launcher", "practice_cloud.supervisor.supervisor"}


def build(folder: Path) -> None:
    """Build a learner's cloud, and leave it stopped."""
    with home_at(folder):
        practice_cloud.start()
        practice_cloud.stop()


def learner(folder: Path) -> subprocess.Popen:
    """Run the course; the cloud ends with it, as it would with JupyterLab."""
    environment = {**os.environ, "PRACTICE_CLOUD_HOME": str(folder)}
    command = [sys.executable, *NBVAL, "--nbval-lax", "--nbval-cell-timeout=600", *NOTEBOOKS]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def memory() -> float:
    """Return the memory in MiB that the clouds and the kernels use, where what they share counts once."""
    total = 0
    for process in psutil.process_iter(["cmdline"]):
        if OURS & set(process.info["cmdline"] or ()):
            with suppress(psutil.NoSuchProcess):
                total += process.memory_full_info().pss
    return total / 2**20


def measure(learners: int, folder: Path) -> None:
    """Let a number of learners do the course at once, and print how it went."""
    homes = [folder / str(number) for number in range(learners)]
    for home in homes:
        if not home.exists():
            home.mkdir()
            build(home)
    before, most, began = memory(), [0.0], time.monotonic()
    courses = [learner(home) for home in homes]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(5):
            most[0] = max(most[0], memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    printed = [course.communicate()[0] for course in courses]
    took = time.monotonic() - began
    done.set()
    watcher.join()
    failed = sum(course.returncode != 0 for course in courses)
    used = most[0] - before
    print(
        f"{learners:3} learners: {took:5.0f} s, {used:6.0f} MiB, {used / learners:4.0f} each, {failed} failed",
        flush=True,
    )
    for home in homes:
        with home_at(home):
            practice_cloud.stop()
    if failed:
        sys.exit("\n".join(text for text in printed if "failed" in text))


def main() -> None:
    """Measure classes of several sizes."""
    with tempfile.TemporaryDirectory() as folder:
        for learners in map(int, sys.argv[1:] or ["1", "5", "10", "20"]):
            measure(learners, Path(folder))


if __name__ == "__main__":
    main()
