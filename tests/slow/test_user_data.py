"""What the built-in guest makes of user data, compared with what cloud-init's own code makes of it."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from pprint import pformat

import pytest
import yaml
from shared.guest import Server

from practice_cloud.guest import user_data

TEXTS = yaml.safe_load(Path(__file__).with_name("user_data.yaml").read_text())
DIFFERENT = TEXTS["differs"]
ALL = TEXTS["same"] | TEXTS["newer"] | {name: case["text"] for name, case in DIFFERENT.items()}
# What is only the guest's own: its page, its logs, its users.
OWN = re.compile(r"/(home|proc|run|var/lib|var/log)/|/etc/passwd$|.*/$")
PACKAGES = re.compile(r"packages: (.*): the built-in guest installs nothing$", re.MULTILINE)


def as_bytes(text: str | bytes) -> bytes:
    return text.encode(errors="surrogateescape") if isinstance(text, str) else text


def files(server: Server) -> dict[str, list[str]]:
    """Return content, mode and owner of each file of a guest."""
    disk = server.guest._system.disk.items()
    return {
        path: [base64.b64encode(as_bytes(file.content)).decode(), f"{file.mode:04o}", file.owner]
        for path, file in disk
        if not OWN.match(path) and "This page comes from the built-in guest" not in file.content
    }


def unpack(folder: Path) -> Path:
    """Unpack the cloud-init that this machine could install, without installing it, and return where its code is."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        pytest.skip("cloud-init is taken from a package of Debian or Ubuntu, and there is no apt-get on this machine")
    names = ["cloud-init", "python3-configobj"]
    found = subprocess.run(["apt-get", "download", "-q", *names], cwd=folder, capture_output=True, text=True)
    if found.returncode:
        pytest.skip(f"apt-get does not download cloud-init: {found.stderr.strip()[-200:]}")
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, folder / "root"], check=True)
    return folder / "root" / "usr" / "lib" / "python3" / "dist-packages"


@pytest.fixture(scope="module")
def judged(tmp_path_factory, key):
    """What cloud-init makes of all texts on a server like the guest's."""
    folder = tmp_path_factory.mktemp("cloud-init")
    code = unpack(folder)
    version = int(re.search(r"cloud-init_(\d+)", next(folder.glob("cloud-init_*")).name)[1])
    server = Server(tmp_path_factory.mktemp("like this"), key)
    server.on()
    given = {
        "files": {path: content for path, (content, _, _) in files(server).items()},
        "user": "ubuntu",
        # The users before cloud-init makes one; a Debian has more than the guest.
        "names": ["root", "www-data", "nobody"],
        "keys": list(server.public_keys.values()),
        "texts": {name: base64.b64encode(as_bytes(text)).decode() for name, text in ALL.items()},
    }
    server.guest.off()
    command = [sys.executable, Path(__file__).with_name("user_data_judge.py")]
    options = {"cwd": tmp_path_factory.mktemp("judge"), "env": {**os.environ, "PYTHONPATH": str(code)}}
    judge = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, **options)
    assert judge.returncode == 0, judge.stderr
    return json.loads(judge.stdout) | {"initial": files(server), "version": version}


def outcome(server: Server, text: bytes, judged: dict) -> dict:
    """Return what the guest makes of a text, as the judge says it."""
    server.on(text)
    console, kind = server.console, user_data.kind(text)
    config = user_data.read(text, lambda line: None)
    found = PACKAGES.search(console)
    keys = [line.split() for line in server.file("/home/ubuntu/.ssh/authorized_keys").splitlines()]
    return {
        "kind": judged["kinds"].get(kind, kind or None),
        "users": sorted(line.split(":")[0] for line in server.file("/etc/passwd").splitlines() if ":1000:" in line),
        "values": {key: pformat(config.get(key)) for key in ("packages", "ssh_authorized_keys", "write_files")},
        "files": {path: file for path, file in files(server).items() if file != judged["initial"].get(path)},
        "packages": sorted(found[1].split(", ")) if found else [],
        "authorized": sorted({words[1] for words in keys if len(words) > 1}),
    }


@pytest.mark.parametrize("name", ALL)
def test_the_guest_reads_user_data_as_cloud_init_does(server, judged, name):
    ours, theirs = outcome(server, as_bytes(ALL[name]), judged), judged["outcomes"][name]
    assert ours["kind"] == theirs["kind"]
    if name in DIFFERENT:
        assert any(DIFFERENT[name]["says"] in warning for warning in server.warnings), server.warnings
        return
    if name in TEXTS["newer"] and judged["version"] < 24:
        pytest.skip("this is what newer versions of cloud-init do")
    assert ours == theirs
    assert not any("the built-in guest does not" in warning for warning in server.warnings)


def test_there_are_enough_texts_of_each_kind():
    assert len(ALL) >= 60
    assert {name.split("-")[0] for name in ALL} == {"U1", "U2", "U3", "U4"}
