"""What mybinder.org does with binder/: repo2docker understands it, and its steps work within the limits there."""

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from conftest import NBVAL, ROOT
from shared.cloud import wait_until

MEMORY = 2 * 2**30
# JupyterLab and a kernel want the other half.
MEMORY_OF_THE_CLOUD = MEMORY // 2
USER = 1000
CGROUP = Path("/sys/fs/cgroup/memory/import-openstack-binder")


@pytest.fixture
def limits():
    """What makes a process an ordinary user's, with 2 GiB of memory and one CPU; prints what this machine allows."""
    steps = [lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})]
    said = ["one CPU (affinity)"]
    if os.geteuid() == 0:
        if CGROUP.parent.is_dir() and os.access(CGROUP.parent, os.W_OK):
            CGROUP.mkdir(exist_ok=True)
            (CGROUP / "memory.limit_in_bytes").write_text(str(MEMORY))
            steps.append(lambda: (CGROUP / "cgroup.procs").write_text(str(os.getpid())))
            said.append("2 GiB of memory (cgroup)")
        steps += [lambda: os.setgroups([]), lambda: os.setgid(USER), lambda: os.setuid(USER)]
        said.append("an ordinary user")
    print("\nlimits:", ", ".join(said))
    yield lambda: [step() for step in steps]
    # It is busy until the last process in it has quite ended.
    wait_until(_cgroup_is_gone)


def _cgroup_is_gone() -> bool:
    with suppress(OSError):
        CGROUP.rmdir()
    return not CGROUP.exists()


@pytest.fixture
def clone():
    """A copy of the repository at the place that it has on Binder: the home of its user."""
    home = Path("/var/tmp") / f"binder-{os.getpid()}"
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in files.stdout.splitlines():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, home / name)
    if os.geteuid() == 0:
        for path in [home, *home.rglob("*")]:
            os.chown(path, USER, USER)
    yield home
    shutil.rmtree(home)


def test_the_build_and_all_notebooks_work_within_binders_limits(clone, limits):
    environment = {"HOME": str(clone), "PATH": f"{clone}/.env/bin:{os.environ['PATH']}", "LANG": "C.UTF-8"}
    environment |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}

    def run(*command) -> str:
        result = subprocess.run(command, cwd=clone, env=environment, preexec_fn=limits, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    # An ordinary user cannot use a Python that is in the home of root.
    run("/usr/bin/python3" if os.geteuid() == 0 else sys.executable, "-m", "venv", ".env")
    run(".env/bin/pip", "install", "--no-cache-dir", "-q", "-r", "binder/requirements.txt")
    run("./binder/postBuild")
    began = time.monotonic()
    run("practice-cloud", "start")
    print(f"start of the practice cloud: {time.monotonic() - began:.1f} s")
    try:
        options = ["--nbval-lax", "--rootdir=notebooks", "-c", "/dev/null"]
        print(run("python", *NBVAL, *options, "notebooks").splitlines()[-1])
        services = json.loads(run("practice-cloud", "status", "--json"))["services"].values()
        used = sum(psutil.Process(pid).memory_full_info().pss for pid in {service["pid"] for service in services})
        print(f"memory of the practice cloud afterwards: {used // 2**20} MiB")
        assert used < MEMORY_OF_THE_CLOUD
        if CGROUP.exists():
            assert "oom_kill 0" in (CGROUP / "memory.oom_control").read_text()
    finally:
        run("practice-cloud", "stop")
