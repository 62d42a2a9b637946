"""The README's two commands, word for word, on a minimal Debian that has nothing but what the README asks for."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from conftest import README, ROOT

# A contributor has git.
PACKAGES = [*re.findall(r"`([\w-]+)`", re.search(r"On Debian and Ubuntu, install (.*) first", README)[1]), "git"]
SETUP, TESTS = re.findall(r"^python3 -m venv \.venv && .*$", README, re.MULTILINE)
# All tests would take an hour. These look at each part alone, and at a whole cloud.
SOME = "tests/unit tests/cloud/test_lifecycle.py"
# Of its own: what runs ends, and what is mounted is gone, with this process.
ALONE = "unshare --mount --pid --fork --kill-child".split()
AS_LEARNER = "mount -t tmpfs tmpfs /dev/shm && cd ~learner/course && exec runuser -u learner -- bash -c"
# How this machine reaches packages, so does the new one.
PIP = ("index-url", "proxy", "timeout", "default-timeout", "trusted-host")


def mirror() -> str:
    """Return the mirror of Debian that this machine uses, if it is a Debian, or the one for everybody."""
    sources = [path.read_text() for path in Path("/etc/apt").rglob("*") if path.suffix in (".list", ".sources")]
    found = re.search(r"^(?:URIs:|deb\b).*?(https?://\S+/debian)/?\s", "\n".join(sources), re.MULTILINE)
    return found[1] if found else "http://deb.debian.org/debian"


def environment(machine: Path) -> dict[str, str]:
    """Return the variables of the new machine, and give it the certificates that pip trusts here."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    settings = dict(re.findall(r"^\S+?\.([\w-]+)='(.*)'$", listed.stdout, re.MULTILINE))
    variables = {f"PIP_{key.upper().replace('-', '_')}": settings[key] for key in PIP if key in settings}
    if "cert" in settings:
        shutil.copy(settings["cert"], machine / "etc" / "pip.pem")
        variables |= dict.fromkeys(("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), "/etc/pip.pem")
    proxies = {name: value for name, value in os.environ.items() if re.fullmatch("https?_proxy", name, re.IGNORECASE)}
    system = {"HOME": "/home/learner", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
    # Instead of a browser, something that tells what it is to open.
    return system | proxies | variables | {"PYTEST_ADDOPTS": SOME, "BROWSER": "echo opens %s"}


@pytest.fixture(params=["trixie", "sid"])
def machine(request, tmp_path):
    """Let a test run commands on a new Debian with a clone of the repository."""
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        pytest.skip("a fresh machine is made as root, with debootstrap")
    root = tmp_path / request.param
    try:
        make = [*ALONE, "debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}"]
        made = subprocess.run([*make, request.param, root, mirror()], capture_output=True, text=True)
        assert made.returncode == 0, made.stdout[-3000:] + made.stderr
        subprocess.run(["git", "clone", "-q", ROOT, root / "home" / "learner" / "course"], check=True)
        enter = [*ALONE, "--mount-proc", "--root", root]
        make_learner = "useradd learner -s /bin/bash && chown -R learner ~learner"
        subprocess.run([*enter, "bash", "-c", make_learner], check=True)
        options = {"env": environment(root), "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        yield root, lambda command: subprocess.Popen([*enter, "bash", "-c", f'{AS_LEARNER} "$0"', command], **options)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def test_the_readmes_two_commands_open_a_notebook_and_run_tests(machine):
    root, run = machine
    lab, said, page = run(SETUP), [], None
    try:
        for line in lab.stdout:
            said.append(line)
            if page := re.search(r"opens file:(?://)?(\S+)", line):
                break
        assert page, "".join(said[-40:])
        address = re.search(r'http://[^"]+/00_start_here\.ipynb\?token=\w+', (root / page[1][1:]).read_text())
        assert requests.get(address[0], timeout=60).status_code == 200
    finally:
        lab.kill()
        lab.wait()
    tests = run(TESTS)
    printed, _ = tests.communicate()
    print(printed.splitlines()[-1])
    assert tests.returncode == 0, printed[-20000:]
