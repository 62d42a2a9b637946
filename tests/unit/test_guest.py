"""The built-in guest of a server: what it does without a cloud around it, seen through real connections."""

import base64
import errno
import gzip
import http.client
import json
import logging
import os
import shutil
import socket
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import paramiko
import pytest
from shared.cloud import wait_until
from shared.guest import IMAGE, MACHINE, Server, cloud_config, do, execute

from practice_cloud.guest import Guest, cloud_init, guest, shell, ssh
from practice_cloud.guest.host import GuestHost

PAGE = "/var/www/html/index.html"


def type_in(channel: paramiko.Channel, keys: str, until: str = "$ ") -> str:
    """Type keys, and return what the terminal shows up to the next prompt."""
    channel.settimeout(10)
    channel.sendall(keys)
    shown = ""
    while not shown.endswith(until):
        data = channel.recv(4096)
        assert data, shown
        shown += data.decode()
    return shown


def test_the_console_log_is_what_the_guest_did(server):
    server.on(cloud_config(packages=["nginx"]))
    public = server.file("/etc/hostname"), server.ssh().get_transport().get_remote_server_key()
    assert server.guest.booted
    for line in [
        "2 vCPU, 1024 MiB of memory, disks in GiB: vda 20",
        "Booting from image Ubuntu Server 20.04 LTS (7a3b)",
        "eth0 up, address 192.168.122.5",
        "Server my_server (3f2a), hostname my-server",
        "authorized keys of user ubuntu: 1",
        "in place of nginx, it serves /var/www/html on port 80 itself",
        f"256 {public[1].fingerprint} root@my-server (ED25519)",
        f"ssh-ed25519 {public[1].get_base64()} root@my-server",
        "Ubuntu 20.04 my-server ttyS0\nmy-server login:\n",
    ]:
        assert line in server.console
    assert public[0] == "my-server\n"
    assert "WARNING" not in server.console


def test_boot_takes_its_seconds_from_power_on(server):
    server.guest = guest = Guest(server.folder, server.metadata, 0.6)
    machine = {**MACHINE, "image": server.image, "powered_on": time.time() - 0.2}
    (server.folder / "machine.json").write_text(json.dumps(machine))
    began = time.monotonic()
    booting = threading.Thread(target=guest.boot)
    booting.start()
    time.sleep(0.1)
    assert not guest.booted
    assert not guest.listens(22)
    assert server.connection().recv(1) == b""
    booting.join()
    assert time.monotonic() - began > 0.3
    assert guest.booted
    assert guest.listens(22)


def test_power_cut_during_boot(server):
    (server.folder / "machine.json").write_text(json.dumps({**MACHINE, "image": IMAGE, "powered_on": time.time()}))
    server.guest = Guest(server.folder, server.metadata, 60)
    booting = threading.Thread(target=server.guest.boot)
    booting.start()
    time.sleep(0.05)
    server.guest.off()
    booting.join(5)
    assert not booting.is_alive()
    assert not server.guest.booted
    assert "login:" not in server.console
    server.on()
    assert server.guest.booted
    assert "not the first boot" not in server.console


def test_a_reboot_keeps_the_host_key_and_the_files(server):
    server.on(cloud_config(write_files=[{"path": "/etc/motto", "content": "first\n"}], packages=["caddy"]))
    host_key = server.ssh().get_transport().get_remote_server_key()
    server.guest.off()
    server.public_keys, before = {}, server.console
    server.on(cloud_config(write_files=[{"path": "/etc/motto", "content": "second\n"}]), vcpus=4)
    assert server.ssh().get_transport().get_remote_server_key() == host_key
    assert server.file("/etc/motto") == "first\n"
    assert server.run("grep -c ^processor /proc/cpuinfo") == (0, "4\n", "")
    assert server.guest.listens(80)
    said = server.console.removeprefix(before)
    assert "This is not the first boot" in said
    assert "write_files" not in said
    assert host_key.fingerprint in said


def test_a_new_process_of_the_guests_is_no_boot(server):
    server.on(cloud_config(packages=["nginx"]))
    before = server.console
    server.resume(seconds=60)
    assert server.guest.booted
    assert server.guest.listens(80)
    assert server.console == before
    assert server.run("hostname") == (0, "my-server\n", "")


def test_a_rebuilt_server_is_a_new_one(server):
    server.on(cloud_config(write_files=[{"path": "/mine", "content": "x"}]))
    host_key = server.ssh().get_transport().get_remote_server_key()
    server.guest.off()
    shutil.rmtree(server.folder)
    server.folder.mkdir()
    server.user_data = None
    server.on()
    assert server.ssh().get_transport().get_remote_server_key() != host_key
    assert server.run("cat /mine")[0] == 1


def test_what_is_kept_is_for_its_owner_only(server):
    umask = os.umask(0)
    try:
        server.on()
    finally:
        os.umask(umask)
    kept = {path.name: stat.S_IMODE(path.stat().st_mode) for path in server.folder.iterdir()}
    del kept["machine.json"]
    assert kept == dict.fromkeys(["disk.json", "ssh_host_ed25519_key", "console.log"], 0o600)


def test_no_metadata_no_login_until_the_next_boot(server, monkeypatch):
    monkeypatch.setattr(cloud_init, "RETRY_SECONDS", 0.01)
    asked = []

    def unreachable(path):
        asked.append(path)
        raise ConnectionRefusedError

    server.metadata, metadata = unreachable, server.metadata
    server.on()
    assert server.guest.booted
    assert len(asked) == cloud_init.TRIES
    assert server.warnings == [
        "No metadata from http://169.254.169.254 (ConnectionRefusedError): no keys, so nobody can log in"
    ]
    with pytest.raises(paramiko.AuthenticationException):
        server.ssh()
    server.guest.off()
    server.metadata = metadata
    server.on()
    assert server.run("hostname") == (0, "my-server\n", "")


def test_metadata_that_comes_late(server, monkeypatch):
    monkeypatch.setattr(cloud_init, "RETRY_SECONDS", 0.01)
    answers, metadata = iter([ConnectionRefusedError, LookupError, ValueError]), server.metadata

    def late(path):
        for error in answers:
            raise error
        return metadata(path)

    server.metadata = late
    server.on()
    assert server.warnings == []
    assert server.run("hostname")[0] == 0


@pytest.mark.parametrize("name", ["disk.json", "ssh_host_ed25519_key", "machine.json"])
def test_boot_never_raises(server, name):
    server.on()
    server.guest.off()
    (server.folder / name).write_text("damaged")
    if name == "machine.json":
        server.resume()
    else:
        server.on()
    assert not server.guest.booted
    assert "The guest does not boot: " in server.console
    assert str(server.folder) not in server.console


def test_a_machine_that_cannot_be_read_is_off_and_no_other_one(tmp_path, key, monkeypatch, capsys):
    monkeypatch.setattr("practice_cloud.guest.host._LOOK_SECONDS", 0.01)
    server, folder = Server(tmp_path, key), tmp_path / "guests"
    machine = {**MACHINE, "image": server.image, "powered_on": time.time(), "paused": False}
    texts = {"whole": json.dumps(machine), "empty": "", "half": "{", "list": "[]", "number": "3"}
    for name, text in texts.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "machine.json").write_text(text)
    (folder / "folder" / "machine.json").mkdir(parents=True)
    host = GuestHost(folder, SimpleNamespace(get=lambda machine, path: server.metadata(path)), 0)
    threading.Thread(target=host.watch, daemon=True).start()
    wait_until(lambda: host.find("whole"), 10)
    time.sleep(0.1)
    said = capsys.readouterr().out
    for name in {*texts, "folder"} - {"whole"}:
        assert host.find(name) is None
        # It is said once, and not at every look.
        assert said.count(f"The server {name} is off, because ") == 1


def test_boot_of_a_server_that_was_deleted(server):
    server.on()
    server.guest.off()
    shutil.rmtree(server.folder)
    server.resume()
    assert not server.guest.booted


def test_write_files(server):
    content = "grüße\n"
    packed = base64.b64encode(gzip.compress(content.encode())).decode()
    files = [
        {"path": "/srv/plain", "content": content, "permissions": "0600", "owner": "www-data"},
        {"path": "/srv/b64", "content": base64.b64encode(content.encode()).decode(), "encoding": "b64"},
        {"path": "/srv/gz", "content": packed, "encoding": "gz+b64"},
        {"path": "/srv/../srv/./dots//here", "content": content},
        {"path": "/srv/plain", "content": "more\n", "append": True},
        {"path": "/srv/binary", "content": base64.b64encode(b"\xff\0\xfe").decode(), "encoding": "base64"},
        {"path": "/srv/empty"},
        {"path": "/etc/hosts", "content": "mine\n", "permissions": 0o640},
    ]
    server.on(cloud_config(write_files=files))
    server.guest.off()
    server.on()
    assert server.warnings == []
    assert server.file("/srv/b64") == server.file("/srv/gz") == server.file("/srv/dots/here") == content
    assert server.file("/srv/plain") == content + "more\n"
    assert server.file("/srv/empty") == ""
    assert server.file("/etc/hosts") == "mine\n"
    with server.ssh() as client:
        assert client.exec_command("cat /srv/binary")[1].read() == b"\xff\0\xfe"
    assert server.run("ls -l /etc/hosts")[1].startswith("-rw-r----- root     root           5 ")
    for path in ["/srv/b64", "/srv/gz", "/srv/dots/here", "/srv/empty", "/etc/hosts"]:
        assert f"write_files: wrote {path}\n" in server.console


@pytest.mark.parametrize(("value", "appends"), [(True, True), ("Yes", True), (1, True), ("y", False), (None, False)])
def test_what_is_true(server, value, appends):
    server.on(cloud_config(write_files=[{"path": "/etc/hostname", "content": "more", "append": value}]))
    assert server.file("/etc/hostname") == "my-server\n" * appends + "more"


@pytest.mark.parametrize(
    ("entry", "warning"),
    [
        ("text", "entry 2: a value has the wrong type; the entries after it are not read"),
        ({"path": 3}, "entry 2: a value has the wrong type"),
        ({"path": "/x", "content": ["x"]}, "entry 2: a value has the wrong type"),
        ({"path": "/x", "content": "xxx", "encoding": "b64"}, "entry 2: Incorrect padding"),
        ({"path": "/x", "content": "aGFsbG8=", "encoding": "gz+b64"}, "entry 2: Not a gzipped file"),
        ({"path": "/x", "content": "H4sIAAAAAAACAytITM5OTeECAEPg", "encoding": "gz+b64"}, "Compressed file ended"),
        ({"path": "/etc"}, "entry 2: Is a directory"),
        ({"path": "/"}, "entry 2: Is a directory"),
        ({"path": "/etc/hostname/x"}, "entry 2: Not a directory"),
        ({"path": "/new/x", "owner": "me"}, "/new/x: user or group me is unknown to the built-in guest"),
        ({"path": "/new/x", "owner": "ubuntu"}, "/new/x: user or group ubuntu is made later: defer: true would wait"),
    ],
)
def test_an_entry_with_a_mistake_is_the_last_one_of_its_stage(server, entry, warning):
    before, after = {"path": "/before"}, {"path": "/after"}
    server.on(cloud_config(write_files=[{**before, "defer": True}, entry, after]))
    assert len(server.warnings) == 1
    assert warning in server.warnings[0]
    assert server.file("/before") == ""
    assert [server.run(f"cat {path}")[0] for path in ("/x", "/new/x", "/after")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("entry", "warning", "described"),
    [
        ({"encoding": "rot13"}, "unknown encoding type rot13, assuming text/plain", "-rw-r--r-- root     root"),
        ({"permissions": "rwx"}, "undecodable permissions rwx, assuming 0644", "-rw-r--r-- root     root"),
        ({"permissions": [6]}, "undecodable permissions [6], assuming 0644", "-rw-r--r-- root     root"),
        ({"mode": "0600"}, "mode: the built-in guest does not support that", "-rw-r--r-- root     root"),
        ({"permissions": "640"}, None, "-rw-r----- root     root"),
        ({"permissions": 0o600}, None, "-rw------- root     root"),
        ({"permissions": 420.0}, None, "-rw-r--r-- root     root"),
        ({"permissions": True}, None, "---------x root     root"),
        ({"permissions": "0000"}, None, "-rw-r--r-- root     root"),
        ({"permissions": None, "owner": None, "encoding": None}, None, "-rw-r--r-- root     root"),
        ({"owner": "www-data"}, None, "-rw-r--r-- www-data root"),
        ({"owner": ":www-data"}, None, "-rw-r--r-- root     www-data"),
        ({"owner": "ubuntu:ubuntu", "defer": "true"}, None, "-rw-r--r-- ubuntu   ubuntu"),
        ({"encoding": "B64", "content": "eA=="}, None, "-rw-r--r-- root     root"),
        ({"content": b"x"}, None, "-rw-r--r-- root     root"),
        ({"path": "x"}, None, "-rw-r--r-- root     root"),
    ],
)
def test_how_a_file_is_written(server, entry, warning, described):
    server.on(cloud_config(write_files=[{"path": "/x", "content": "x", **entry}, {"path": "/after"}]))
    assert server.warnings == [f"write_files: entry 1: {warning}"] * bool(warning)
    assert server.run("ls -l /x")[1].startswith(described)
    assert server.file("/x") == "x"
    assert server.file("/after") == ""


def test_an_entry_without_a_path_and_one_without_content(server):
    server.on(cloud_config(write_files=[{"content": "x"}, {"path": "/x", "content": None, "encoding": "gz"}]))
    assert server.warnings == ["write_files: entry 1: it has no path"]
    assert server.file("/x") == ""


def test_deferred_files_are_written_last(server):
    late, early = [{"path": "/a", "content": text, "defer": text == "late"} for text in ("late", "early")]
    server.on(cloud_config(write_files=[late, early]))
    assert server.file("/a") == "late"


@pytest.mark.parametrize("permissions", [-1, 10**9])
def test_strange_permissions(server, permissions):
    server.on(cloud_config(write_files=[{"path": "/x", "permissions": permissions}]))
    assert server.guest.booted
    assert server.run("ls -l /x")[0] == 0


def test_nobody_fills_the_disk(server):
    bomb = base64.b64encode(gzip.compress(bytes(2**24), 9)).decode()
    files = [{"path": "/bomb", "content": bomb[:100_000], "encoding": "gz+b64"}, {"path": "/after", "content": "x"}]
    server.on(cloud_config(write_files=files))
    assert server.warnings == ["write_files: entry 1: No space left on device; the entries after it are not read"]
    assert (server.folder / "disk.json").stat().st_size < 2**20


@pytest.mark.parametrize("package", ["nginx", "apache2", "httpd", "lighttpd", "caddy"])
def test_a_web_server_among_the_packages_listens(server, package):
    server.on(cloud_config(packages=["vim", package]))
    assert "packages: vim, " in server.console
    assert "the built-in guest installs nothing" in server.console
    assert server.guest.listens(80)
    response, page = server.get()
    assert response.status == 200
    assert f"in place of {package}" in page.decode()
    assert "my-server" in page.decode()


@pytest.mark.parametrize("packages", ["nginx", ["vim", ["nginx", 1.0]], ["nginx=1.22.1-9"], [["nginx", None]]])
def test_how_packages_are_named(server, packages):
    server.on(cloud_config(packages=packages))
    assert server.guest.listens(80)
    assert server.warnings == []


def test_no_web_server_among_the_packages(server):
    server.on(cloud_config(packages=["vim"], write_files=[{"path": PAGE, "content": "x"}]))
    assert not server.guest.listens(80)
    assert server.connection(80).recv(1) == b""
    assert server.run("curl http://localhost/")[0] == 7


def test_keys_of_the_user_data(server):
    other = paramiko.ECDSAKey.generate()
    server.on(cloud_config(ssh_authorized_keys=[f"{other.get_name()} {other.get_base64()} other\n", "no key at all"]))
    assert execute(server.ssh(key=other), "whoami") == (0, "ubuntu\n", "")
    assert execute(server.ssh(), "whoami") == (0, "ubuntu\n", "")
    server.guest.off()
    server.on()
    assert execute(server.ssh(key=other), "whoami") == (0, "ubuntu\n", "")


def test_what_is_not_done_is_named(server):
    server.on(cloud_config(runcmd=["reboot"], bootcmd=["ls"], users=["me"], packages=None))
    undone = [f"{key}: the built-in guest does not support that" for key in ("bootcmd", "runcmd")]
    undone.append("users: the built-in guest has only its image's own user, who gets all keys")
    assert sorted(server.warnings) == undone
    code, status, _ = server.run("cloud-init status --wait --long")
    assert code == 2
    assert "extended_status: degraded done" in status
    assert all(line in status for line in undone)


# Each line is a hundred times as long as the one above.
ALIASES = "#cloud-config\na0: &a0 [x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 100)}]\n" for i in range(1, 9)
)


@pytest.mark.parametrize(
    ("user_data", "warning"),
    [
        ("#cloud-config\npackages: [nginx\n", "Failed loading yaml blob. Invalid format at line 3 column 1: "),
        ("#cloud-config\n\tpackages: nginx\n", "Invalid format at line 2 column 1: "),
        ("#cloud-config\n- packages\n", "Yaml load allows (dict,) root types, but got list instead"),
        ("#cloud-config\njust text\n", "Yaml load allows (dict,) root types, but got str instead"),
        ("#cloud-config\n" + "[" * 700, "RecursionError"),
        ("#cloud-config\na: 2024-13-77\n", "month must be in 1..12"),
        (ALIASES, "the built-in guest reads at most 256 KiB, and what an alias stands for counts each time"),
        ("#cloud-config\na: &a [*a]\n", "the built-in guest reads at most 256 KiB"),
        ("#cloud-config\na: *a\n", "Invalid format at line 2 column 4: found undefined alias"),
        ("\t#cloud-config\npackages: [nginx]\n", "Invalid format at line 1 column 1: "),
        ("#cloud-config\n\0", "ReaderError"),
        ("#cloud-config\n3: x\n", "a int: the built-in guest does not support that"),
        ("#cloud-config\n? 0x" + "f" * 9000 + "\n: x\n", "a int: the built-in guest does not support that"),
        (
            "#cloud-config\npackages: [nginx, 3]\n",
            "packages: each of them must be a name, or a list of name and version",
        ),
        ("#cloud-config\npackages: [{apt: [nginx]}]\n", "packages: the built-in guest does not read those of one"),
        ("#cloud-config\nwrite_files: [{path: /x}, 3]\n", "write_files: it must be a list of mappings"),
        ("#cloud-config\nwrite_files: {path: /x}\n", "write_files: entry 1: a value has the wrong type"),
        ("#!/bin/sh\napt install nginx\n", "the built-in guest does not run scripts"),
        ("## Template: Jinja\n#cloud-config\n", "the built-in guest does not read Jinja templates"),
        ("#include-once\nhttp://192.0.2.1/\n", "the built-in guest does not fetch other user data"),
        ("#cloud-boothook\n#!/bin/sh\n", "the built-in guest does not run boothooks"),
        ("#cloud-config-archive\n- packages: [nginx]\n", "the built-in guest does not read archives"),
        ("#cloud-config-jsonp\n[]\n", "the built-in guest does not read JSON patches"),
        ("#part-handler\n", "the built-in guest does not run part handlers"),
        ("Content-Type: text/plain\nMime-Version: 1.0\n", "the built-in guest does not read MIME messages"),
        (
            "Content-Type: text/plain\n",
            "Unhandled non-multipart userdata, which begins with 'Content-Type: text/plain'",
        ),
        ("\ufeff#cloud-config\n", "Unhandled non-multipart userdata, which begins with '?#cloud-config'"),
        ("packages: [nginx]\n", "Unhandled non-multipart userdata, which begins with 'packages: [nginx]'"),
        ("# cloud-config\n", "Unhandled non-multipart userdata, which begins with '# cloud-config'"),
        (gzip.compress(b"#cloud-config\n", mtime=0), "the built-in guest does not read gzipped user data"),
        (b"#cloud-config\n\xff\xfe", "UnicodeDecodeError"),
    ],
)
def test_user_data_with_a_mistake_is_one_warning(server, user_data, warning):
    server.on(user_data)
    assert len(server.warnings) == 1
    assert warning in server.warnings[0]
    assert server.guest.booted
    assert server.run("whoami") == (0, "ubuntu\n", "")


@pytest.mark.parametrize("value", [None, 3, [["x"]]])
def test_keys_that_are_no_list_of_texts_keep_everybody_out(server, value):
    server.on(cloud_config(ssh_authorized_keys=value))
    assert server.warnings == ["ssh_authorized_keys: it must be a list of texts; otherwise nobody's key is accepted"]
    with pytest.raises(paramiko.AuthenticationException):
        server.ssh()


@pytest.mark.parametrize(
    "first", ["#Cloud-Config", "#cloud-config  # my server", "\n  #cloud-config", "#cloud-configX"]
)
def test_how_a_cloud_config_begins(server, first):
    server.on(f"{first}\npackages: [nginx]\nusers: [default]\n")
    assert server.guest.listens(80)
    assert server.warnings == []


def test_aliases(server):
    files = "[&first {path: /a, content: x, permissions: &mode '0600'}, {<<: *first, path: /b, permissions: *mode}]"
    server.on(f"#cloud-config\nwrite_files: {files}\n")
    assert server.warnings == []
    assert server.run("ls -l /b")[1].startswith("-rw-------")


@pytest.mark.parametrize("user_data", ["", "\n", "#cloud-config\n", "#cloud-config\n{}\n", "\n#cloud-config\r\n"])
def test_empty_user_data_is_nothing(server, user_data):
    server.on(user_data)
    assert server.warnings == []
    assert server.run("cloud-init status") == (0, "status: done\n", "")


def test_64_kib_of_user_data(server):
    content = "x" * 80 + "\n"
    user_data = cloud_config(write_files=[{"path": "/large", "content": content * 700}])
    user_data += "#" * (65535 - len(user_data))
    began = time.monotonic()
    server.on(user_data)
    assert time.monotonic() - began < 2
    assert server.file("/large") == content * 700
    assert server.file("/var/lib/cloud/instance/user-data.txt") == user_data


def test_names_in_user_data_cannot_write_lines_of_their_own(server):
    server.on(cloud_config(**{"a\nfaked: \x1b[31mline": 1}))
    assert len(server.warnings) == 1
    assert not any(line.startswith("faked") for line in server.console.splitlines())
    assert "\x1b" not in server.console


def test_the_files_of_the_first_boot(server):
    server.on("#cloud-config\n")
    assert server.file("/etc/hosts").endswith("192.168.122.5 my-server\n")
    release = server.file("/etc/os-release")
    assert {'ID="ubuntu"', 'VERSION_ID="20.04"', 'PRETTY_NAME="Ubuntu 20.04"'} <= set(release.splitlines())
    assert "ubuntu:x:1000:1000::/home/ubuntu:" in server.file("/etc/passwd")
    assert server.file("/proc/cpuinfo").count("processor\t: ") == 2
    assert "MemTotal:          1048576 kB\n" in server.file("/proc/meminfo")
    assert server.file("/home/ubuntu/.ssh/authorized_keys")
    assert server.run("cat ~/.ssh/authorized_keys")[1] == f"{server.public_keys['course']}\n"
    assert server.file("/var/lib/cloud/instance/user-data.txt") == "#cloud-config\n"
    log = server.file("/var/log/cloud-init-output.log")
    assert all(line in server.console for line in log.splitlines())
    assert "datasource OpenStack" in log


@pytest.mark.parametrize(
    ("image", "user"),
    [
        ({"os_distro": "ubuntu"}, "ubuntu"),
        ({"os_distro": "debian"}, "debian"),
        ({"os_distro": "rocky"}, "rocky"),
        ({"os_distro": "Fedora"}, "fedora"),
        ({"os_distro": "cirros"}, "cirros"),
        ({"os_distro": "arch"}, "cloud-user"),
        ({"os_distro": "debian", "os_admin_user": "operator"}, "operator"),
        ({"os_admin_user": "root"}, "root"),
        ({"image_original_user": "cloud"}, "cloud"),  # C5
        ({"name": "ubuntu-focal-20.04-minimal-amd64"}, "ubuntu"),
        ({"name": "Debian 12 Bookworm"}, "debian"),
        ({"name": "web-team-golden-image"}, "cloud-user"),
        ({"name": None}, "cloud-user"),
    ],
)
def test_exactly_one_user_can_log_in(server, image, user):
    server.image = {"id": "x", "name": "x", "os_distro": None, "os_version": None, "os_admin_user": None, **image}
    server.on()
    with server.ssh(user) as client:
        assert execute(client, "whoami") == (0, f"{user}\n", "")
    for other in {"ubuntu", "root", "cloud-user", "../" + user, ""} - {user}:
        with pytest.raises(paramiko.AuthenticationException):
            server.ssh(other)


COMMANDS = {
    "hostname": "my-server\n",
    " hostname": "my-server\n",
    "whoami": "ubuntu\n",
    "sudo whoami": "root\n",
    "id": "uid=1000(ubuntu) gid=1000(ubuntu) groups=1000(ubuntu)\n",
    "sudo id": "uid=0(root) gid=0(root) groups=0(root)\n",
    "uname": "Linux\n",
    "uname -s": "Linux\n",
    "uname -n": "my-server\n",
    "uname -r": "0-built-in-guest\n",
    "uname -m": "x86_64\n",
    "uname -a": "Linux my-server 0-built-in-guest x86_64\n",
    "uptime": "up 0 minutes\n",
    "nproc": "2\n",
    "lsblk": "NAME  SIZE TYPE MOUNTPOINTS\nvda    20G disk /\n",
    "ls /": "etc\nhome\nmnt\nproc\nroot\nrun\ntmp\nvar\n",
    "ls /mnt": "",
    "ls /etc": "hostname\nhosts\nos-release\npasswd\n",
    "ls -a": ".ssh\n",
    "ls": None,
    "cp /etc/hostname mine": "",
    "cat mine": "my-server\n",
    "cat /etc/hostname": "my-server\n",
    "cat '/etc/hostname' \"/etc/hostname\"": "my-server\nmy-server\n",
    "grep -c ^processor /proc/cpuinfo": "2\n",
    "grep my-server$ /etc/hostname": "my-server\n",
    "grep -E '^my-(server|client)$' /etc/hostname": "my-server\n",
    "grep -c -E [vs]d.$ /proc/partitions": "1\n",
    "lsblk -lb --nodeps": "NAME          SIZE TYPE MOUNTPOINTS\nvda    21474836480 disk /\n",
    "cloud-init status --wait": "status: done\n",
    "curl -s http://169.254.169.254/openstack/latest/user_data": "#cloud-config\npackages: [nginx]\n",
    "curl -s http://169.254.169.254/openstack/latest/none": "404 Not Found\n",
    "curl -V": "curl of the practice cloud\n",
    "touch note": "",
    "# a comment": "",
    "": "",
}


def test_commands(server):
    server.on("#cloud-config\npackages: [nginx]\n")
    with server.ssh() as client:
        for command, output in COMMANDS.items():
            assert execute(client, command) == (0, output or "", ""), command
        for own in ["localhost", "http://127.0.0.1/", "http://192.168.122.5/index.html", "http://my-server/"]:
            assert "It works: this is my-server" in execute(client, f"curl -s {own}")[1]
        assert execute(client, "free -m")[1].split()[5:8] == ["1024", "0", "1024"]
        assert execute(client, "free -h")[1].split()[5] == "1.0Gi"
        assert execute(client, "free")[1].split()[5] == "1048576"
        assert execute(client, "df -h")[1].split()[8] == "20G"
        assert execute(client, "df")[1].split()[8] == "20971520"
        for words in ["a", "addr", "address", "addr show"]:
            assert "inet 192.168.122.5" in execute(client, f"ip {words}")[1]
        assert execute(client, "ip route")[1] == execute(client, "ip r")[1] == "default dev eth0\n"
        helps = execute(client, "help")[1]
        assert all(f"\n{name} " in f"\n{helps}" for name in "hostname ls cat curl cloud-init sudo exit".split())


def test_help_lists_every_command():
    assert shell._COMMANDS.keys() <= shell._FACTS.keys()


@pytest.mark.parametrize(
    ("command", "code", "complaint"),
    [
        ("apt install nginx", 127, "apt: command not found. Available: cat, cloud-init, cp, "),
        ("sudo reboot", 127, "reboot: command not found"),
        ("cat /none", 1, "cat: /none: No such file or directory"),
        ("cat /etc", 1, "cat: /etc: Is a directory"),
        ("cat /var/lib/cloud/instance/user-data.txt", 1, "Permission denied"),
        ("ls /none", 2, "ls: cannot access '/none': No such file or directory"),
        ("ls -x", 2, "ls: option -x not recognized"),
        ("uname -x", 2, "uname: the built-in guest does not know '-x', only: uname, uname -s"),
        ("free help", 2, "does not know 'help'"),
        ("cat 'open", 2, "cat: No closing quotation"),
        ("cat /etc/hostname | wc", 2, "one command per line"),
        ("whoami; id", 2, "one command per line"),
        ("whoami && id", 2, "one command per line"),
        ("whoami > /tmp/x", 2, "one command per line"),
        ("cat $(whoami)", 2, "one command per line"),
        ("cat 'a;b|c > d'", 1, "cat: a;b|c > d: No such file or directory"),
        ("cp /etc/hostname", 1, "usage: cp"),
        ("cp /none x", 1, "cp: /none: No such file or directory"),
        ("cp /etc x", 1, "cp: /etc: Is a directory"),
        ("cp /etc/hostname /none/x", 1, "cp: cannot create regular file '/none/x': No such file or directory"),
        ("cp /etc/hostname /mnt/x", 1, "cp: cannot create regular file '/mnt/x': Permission denied"),
        ("mkdir /data", 1, "mkdir: cannot create directory '/data': Permission denied"),
        ("touch /data", 1, "touch: cannot touch '/data': Permission denied"),
        ("mkdir /mnt", 1, "mkdir: cannot create directory '/mnt': File exists"),
        ("mount /dev/vdb /mnt", 1, "mount: /mnt: must be superuser to use mount."),
        ("sudo mount /dev/vdb /mnt", 32, "mount: /mnt: special device /dev/vdb does not exist."),
        ("sudo mount /dev/vda /mnt", 32, "mount: /mnt: /dev/vda already mounted on /."),
        ("umount /mnt", 32, "umount: /mnt: must be superuser to unmount."),
        ("sudo umount /mnt", 32, "umount: /mnt: not mounted."),
        ("sudo umount /", 32, "umount: /: target is busy."),
        ("sudo mkfs.ext4 /dev/vdb", 1, "The file /dev/vdb does not exist and no size was specified."),
        ("sudo mkfs.ext4 /dev/vda", 1, "/dev/vda is mounted; will not make a filesystem here!"),
        ("lsblk /dev/vdb", 32, "lsblk: /dev/vdb: not a block device"),
        ("lsblk -o COLOUR", 1, "lsblk: unknown column: COLOUR"),
        ("grep x", 2, "usage: grep"),
        ("grep -c nothing /etc/hostname", 1, ""),
        ("grep -c 'my-(server|client)' /etc/hostname", 1, ""),
        ("grep -E '(' /etc/hostname", 2, "grep: missing )"),
        ("curl https://example.org", 6, "Could not resolve host: example.org"),
        ("curl 10.0.0.1", 7, "No route to host"),
        ("curl http://localhost:8080/", 7, "localhost port 8080: Connection refused"),
        ("curl -f http://169.254.169.254/none", 22, "returned error: 404"),
        ("curl http://a:b/", 2, "curl: "),
        ("curl", 2, "usage: curl"),
        ("cloud-init clean", 2, "usage: cloud-init"),
        ("exit 3", 3, ""),
        ("exit x", 2, "exit: "),
        ("sudo", 1, "usage: sudo"),
    ],
)
def test_a_command_that_fails(server, command, code, complaint):
    server.on("#cloud-config\n")
    result = server.run(command)
    assert result[0] == code
    assert complaint in result[2]
    assert result[2].count("\n") <= 1


def test_curl_without_a_metadata_api(server):
    server.on()
    server.guest._system.metadata = lambda path: (_ for _ in ()).throw(ConnectionRefusedError)
    assert server.run("curl http://169.254.169.254/")[0] == 7


def plug_in(server, *volumes) -> None:
    """Let a machine that is on have these volumes and no others, as Nova's driver does."""
    path = server.folder / "machine.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "volumes": volumes}))


PREPARE = "sudo mkfs.ext4 /dev/vdb", "sudo mount /dev/vdb /mnt"


def test_a_volume_that_comes_is_formatted_mounted_and_written_to(server, volume):
    server.on("#cloud-config\n")
    plug_in(server, volume)
    assert do(server, "lsblk").endswith("\nvda    20G disk /\nvdb     2G disk\n")
    assert server.run("sudo mount /dev/vdb /mnt")[::2] == (
        32,
        "mount: /mnt: wrong fs type, bad option, bad superblock on /dev/vdb, missing codepage or helper program, "
        "or other error.\n",
    )
    assert server.run("mkfs.ext4 /dev/vdb")[0] == 1
    assert do(server, "lsblk -no FSTYPE /dev/vdb") == "\n"
    do(server, *PREPARE, "sudo cp /etc/hostname /mnt/note")
    assert do(server, "ls /mnt") == "lost+found\nnote\n"
    assert do(server, "cat /mnt/note") == "my-server\n"
    assert do(server, "lsblk").endswith("\nvdb     2G disk /mnt\n")
    assert do(server, "lsblk -f").endswith("\nvda  ext4   /\nvdb  ext4   /mnt\n")
    assert do(server, "df").splitlines()[2].split() == ["/dev/vdb", "2097152", "1", "2097151", "1%", "/mnt"]
    assert do(server, "df -h").splitlines()[2].split()[1] == "2G"
    assert do(server, "df -h /mnt/note").splitlines()[1:] == do(server, "df -h").splitlines()[2:]
    assert do(server, "mount").endswith("/dev/vdb on /mnt type ext4 (rw,relatime)\n")
    assert do(server, "lsblk -no FSTYPE,MOUNTPOINT /dev/vdb") == "ext4   /mnt\n"
    do(server, "sudo umount /mnt")
    assert do(server, "ls /mnt") == ""
    assert do(server, "sudo mount /dev/vdb /mnt", "cat /mnt/note") == "my-server\n"


@pytest.mark.parametrize(
    ("command", "code", "complaint"),
    [
        ("sudo mkfs.ext4 /dev/vdb", 1, "/dev/vdb is mounted; will not make a filesystem here!"),
        ("sudo mkfs.ext4 -F /dev/vdb", 1, "/dev/vdb is mounted; will not make a filesystem here!"),
        ("sudo mount /dev/vdb /mnt", 32, "mount: /mnt: /dev/vdb already mounted on /mnt."),
        ("sudo mount /dev/vdb /tmp", 32, "mount: /tmp: /dev/vdb already mounted on /mnt."),
        ("sudo mount /dev/vdc /mnt", 32, "mount: /mnt: special device /dev/vdc does not exist."),
        ("sudo mount /dev/vdc /none", 32, "mount: /none: mount point does not exist."),
        ("sudo mount /dev/vdc /etc/hosts", 32, "mount: /etc/hosts: mount point is not a directory."),
        ("cp /etc/hostname /mnt/x", 1, "cp: cannot create regular file '/mnt/x': Permission denied"),
        ("sudo cp /big /mnt/c", 1, "cp: cannot create regular file '/mnt/c': No space left on device"),
    ],
)
def test_a_mounted_volume_refuses(server, volume, command, code, complaint):
    big = "x" * 60_000 if "/big" in command else ""
    server.on(cloud_config(write_files=[{"path": "/big", "content": big}]))
    plug_in(server, volume)
    do(server, *PREPARE)
    if big:
        with Path(volume["path"]).open("r+b") as file:
            file.write(json.dumps({"/full": {"content": "x" * (2**22 - 1000)}}).encode() + b"\0")
    assert server.run(command) == (code, "", f"{complaint}\n")


def test_a_filesystem_is_made_anew_only_where_that_is_said(server, volume):
    server.on("#cloud-config\n")
    plug_in(server, volume)
    do(server, *PREPARE, "sudo cp /etc/hostname /mnt/note", "sudo umount /mnt")
    code, _, errors = server.run("sudo mkfs.ext4 /dev/vdb")
    assert (code, "/dev/vdb contains an ext4 file system" in errors) == (1, True)
    assert do(server, "sudo mount /dev/vdb /mnt", "ls /mnt") == "lost+found\nnote\n"
    do(server, "sudo umount /mnt", "sudo mkfs.ext4 -F /dev/vdb")
    assert do(server, "sudo mount /dev/vdb /mnt", "ls /mnt") == "lost+found\n"


def test_what_is_on_a_volume_goes_with_it_to_another_server(server, volume, tmp_path_factory, key):
    server.on("#cloud-config\n")
    plug_in(server, volume)
    do(server, *PREPARE, "sudo mkdir /mnt/www", "sudo mkdir -p /mnt/www", "sudo cp /etc/hostname /mnt/www/note")
    # Unplugged without umount, as nobody should: it is gone here, and nothing is lost on it.
    plug_in(server)
    assert "vdb" not in do(server, "lsblk") + do(server, "df") + do(server, "mount")
    assert server.run("cat /mnt/www/note")[2] == "cat: /mnt/www/note: No such file or directory\n"
    other = Server(tmp_path_factory.mktemp("other"), key)
    other.on("#cloud-config\n", volumes=[{**volume, "device": "/dev/vdc"}])
    assert do(other, "sudo mkdir /data", "sudo mount /dev/vdc /data", "cat /data/www/note") == "my-server\n"
    other.guest.off()
    # Back at the first one, it is mounted again only when somebody does that, also when nobody had a look meanwhile.
    plug_in(server, {**volume, "plugged_in": 1.5})
    assert do(server, "ls /mnt") == ""
    do(server, "sudo mount /dev/vdb /mnt")
    plug_in(server)
    plug_in(server, {**volume, "plugged_in": 2.5})
    assert do(server, "ls /mnt") == ""


def test_mounts_end_with_a_boot_only(server, volume):
    """They outlive the process of the guests."""
    server.on("#cloud-config\n", volumes=[volume])
    do(server, *PREPARE, "sudo cp /etc/hostname /mnt/note")
    server.guest.off()
    server.resume()
    assert do(server, "cat /mnt/note") == "my-server\n"
    server.guest.off()
    server.on(volumes=[volume])
    assert do(server, "ls /mnt") == ""
    assert do(server, "sudo mount /dev/vdb /mnt", "cat /mnt/note") == "my-server\n"


def test_a_web_server_serves_what_is_on_a_volume(server, volume):
    server.on(cloud_config(packages=["nginx"]), volumes=[volume])
    do(server, "sudo mkfs.ext4 /dev/vdb", "sudo mount /dev/vdb /var/www/html")
    assert server.get()[0].status == 404
    do(server, "sudo cp /etc/hostname /var/www/html/index.html")
    assert server.get()[1] == b"my-server\n"
    assert do(server, "curl -s localhost") == "my-server\n"


def test_a_volume_of_which_nothing_is_left(server, volume):
    server.on("#cloud-config\n", volumes=[volume])
    do(server, *PREPARE)
    Path(volume["path"]).unlink()
    assert do(server, "ls /mnt") == ""
    assert server.run("sudo mount /dev/vdb /mnt")[2] == "mount: /mnt: special device /dev/vdb does not exist.\n"


def test_a_full_disk_of_the_host_is_an_error_of_the_command(server, monkeypatch):
    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    server.on("#cloud-config\n")
    monkeypatch.setattr("practice_cloud.base.json_store.tempfile.NamedTemporaryFile", full)
    assert server.run("touch file") == (1, "", "touch: No space left on device\n")


@pytest.mark.parametrize("content", [b"{not json", b'{"/x": 3}', b"\xff\xfe", b"Debian 12 Bookworm\0"])
def test_anything_else_on_a_volume_is_no_filesystem(server, volume, content):
    server.on("#cloud-config\n", volumes=[volume])
    with Path(volume["path"]).open("r+b") as file:
        file.write(content)
    assert "wrong fs type" in server.run("sudo mount /dev/vdb /mnt")[2]
    do(server, *PREPARE)


def test_a_wrong_key_is_refused(server):
    server.on()
    with pytest.raises(paramiko.AuthenticationException):
        server.ssh(key=paramiko.ECDSAKey.generate())


def test_a_password_is_refused(server):
    server.on()
    with paramiko.Transport(server.connection()) as transport:
        transport.start_client(timeout=10)
        with pytest.raises(paramiko.BadAuthenticationType) as refused:
            transport.auth_password("ubuntu", "ubuntu")
        assert refused.value.allowed_types == ["publickey"]
        with pytest.raises(paramiko.BadAuthenticationType):
            transport.auth_none("ubuntu")


def test_a_session_at_a_terminal(server):
    server.on()
    channel = server.ssh().invoke_shell(width=80, height=24)
    greeting, prompt = type_in(channel, ""), "ubuntu@my-server:~$ "
    lines = greeting.split("\r\n")
    assert "my-server, server 3f2a" in lines[0]
    assert "built-in guest without an operating system" in lines[1]
    assert lines[2:] == [prompt]
    channel.resize_pty(width=132)
    assert type_in(channel, "hostname\r") == f"hostname\r\nmy-server\r\n{prompt}"
    assert type_in(channel, "whox\x7fami\r") == f"whox\b \bami\r\nubuntu\r\n{prompt}"
    assert type_in(channel, "\x7f\x1b[A\x1bOB\t\r\n") == f"\r\n{prompt}"
    assert type_in(channel, "abc\x04\x03") == f"abc^C\r\n{prompt}"
    assert type_in(channel, "grüße\r").startswith("grüße\r\ngrüße: command not found")
    assert type_in(channel, "x" * 10_000 + "\r").startswith("x" * 4096 + "\r\n")
    assert type_in(channel, "\x04", until="logout\r\n") == "logout\r\n"
    assert channel.recv_exit_status() == 127


def test_exit_ends_a_session_at_a_terminal(server):
    server.on()
    channel = server.ssh().invoke_shell()
    type_in(channel, "")
    channel.sendall("exit 4\r")
    assert channel.recv_exit_status() == 4
    assert channel.recv(100) == b"exit 4\r\n"


def test_a_session_without_a_terminal(server):
    server.on()
    channel = server.ssh().get_transport().open_session()
    channel.invoke_shell()
    channel.sendall("hostname\nnone\nwhoami")
    channel.shutdown_write()
    assert channel.makefile().read() == b"my-server\nubuntu\n"
    assert channel.makefile_stderr().read().startswith(b"none: command not found")
    assert channel.recv_exit_status() == 0


def test_several_sessions_in_one_connection(server):
    server.on()
    client = server.ssh()
    terminal = client.invoke_shell()
    type_in(terminal, "")
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: execute(client, "hostname"), range(8)))
    assert results == [(0, "my-server\n", "")] * 8
    assert type_in(terminal, "whoami\r").startswith("whoami\r\nubuntu\r\n")


def test_what_ssh_clients_ask_besides(server):
    server.on()
    client = server.ssh()
    channel = client.get_transport().open_session()
    channel.update_environment({"LANG": "C.UTF-8"})
    channel.get_pty()
    channel.exec_command("cat /none")
    assert channel.makefile().read() == b"cat: /none: No such file or directory\r\n"
    with pytest.raises(paramiko.SSHException):
        client.open_sftp()
    with pytest.raises(paramiko.ChannelException):
        client.get_transport().open_channel("direct-tcpip", ("127.0.0.1", 80), ("127.0.0.1", 1))
    with pytest.raises(paramiko.SSHException):
        client.get_transport().request_port_forward("127.0.0.1", 0)


def test_a_silent_client_is_dropped(server, monkeypatch):
    monkeypatch.setattr(ssh, "LOGIN_SECONDS", 0.3)
    server.on()
    logged_in, silent = server.ssh(), server.connection()
    while silent.recv(1000):
        pass
    assert execute(logged_in, "hostname")[0] == 0


@pytest.mark.parametrize("port", [22, 80])
def test_a_client_of_one_byte_a_second_disturbs_nobody(server, port):
    server.on(cloud_config(packages=["nginx"]))
    slow = [server.connection(port) for _ in range(10)]
    for connection in slow:
        connection.sendall(b"G")
    began = time.monotonic()
    assert server.run("hostname")[0] == 0
    assert server.get()[0].status == 200
    assert time.monotonic() - began < 1
    for connection in slow:
        connection.sendall(b"E")


@pytest.mark.parametrize("port", [22, 80])
def test_nonsense_ends_its_own_connection_and_is_not_logged(server, port, caplog, capfd):
    server.on(cloud_config(packages=["nginx"]))
    logging.getLogger().setLevel(logging.DEBUG)
    other = server.ssh()
    for nonsense in [b"\0" * 300, b"SSH-2.0-x\r\n" + b"\xff" * 500, b"GET\r\n\r\n", b"\r\n" * 200, os.urandom(1000)]:
        connection = server.connection(port)
        connection.sendall(nonsense)
        connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while connection.recv(4096):
                pass
    assert execute(other, "hostname")[0] == 0
    assert [record for record in caplog.records if record.name.startswith("practice_cloud")] == []
    assert capfd.readouterr().err == ""


def test_50_connections_at_once(server):
    server.on(cloud_config(packages=["nginx"]))
    with ThreadPoolExecutor(50) as pool:
        pages = [pool.submit(server.get) for _ in range(40)]
        logins = [pool.submit(server.run, "hostname") for _ in range(10)]
    assert {page.result()[0].status for page in pages} == {200}
    assert [login.result() for login in logins] == [(0, "my-server\n", "")] * 10


def test_a_guest_closes_what_is_too_much(server, monkeypatch):
    monkeypatch.setattr(guest, "_MOST_CONNECTIONS", 1)
    server.on()
    first = server.ssh()
    assert server.connection().recv(1) == b""
    assert execute(first, "hostname")[0] == 0


def test_off_ends_connections(server):
    server.on(cloud_config(packages=["nginx"]))
    terminal, silent, web = server.ssh().invoke_shell(), server.connection(), server.connection(80)
    type_in(terminal, "")
    silent.recv(1000)
    server.guest.off()
    assert not server.guest.booted
    assert not server.guest.listens(22)
    assert not server.guest.listens(80)
    assert terminal.recv(100) == b""
    for connection in (silent, web, server.connection(22), server.connection(80)):
        while connection.recv(1000):
            pass
    server.guest.off()


def test_nothing_else_listens(server):
    server.on()
    assert [port for port in (0, 21, 22, 23, 80, 443, 8080, 65535) if server.guest.listens(port)] == [22]
    assert server.connection(443).recv(1) == b""


FILES = {
    PAGE: "<p>grüße</p>",
    "/var/www/html/style.css": "p {}",
    "/var/www/html/a b.bin": "x",
    "/var/www/html/sub/index.html": "sub",
    "/var/www/secret": "secret",
}


@pytest.fixture
def web(server):
    files = [{"path": path, "content": content} for path, content in FILES.items()]
    private = {"path": "/var/www/html/private", "content": "x", "permissions": "0600"}
    server.on(cloud_config(packages=["nginx"], write_files=[*files, private]))
    return server


@pytest.mark.parametrize(
    ("path", "status", "kind", "content"),
    [
        ("/", 200, "text/html; charset=utf-8", "<p>grüße</p>"),
        ("/index.html?x=1#y", 200, "text/html; charset=utf-8", "<p>grüße</p>"),
        ("http://203.0.113.9/", 200, "text/html; charset=utf-8", "<p>grüße</p>"),
        ("/style.css", 200, "text/css; charset=utf-8", "p {}"),
        ("/a%20b.bin", 200, "application/octet-stream", "x"),
        ("/sub/", 200, "text/html; charset=utf-8", "sub"),
        ("/none", 404, "text/html; charset=utf-8", "<h1>404 Not Found</h1>\n"),
        ("/private", 403, "text/html; charset=utf-8", "<h1>403 Forbidden</h1>\n"),
        ("/../secret", 404, "text/html; charset=utf-8", None),
        ("/%2e%2e/secret", 404, "text/html; charset=utf-8", None),
        ("/..%2f..%2f..%2fetc/passwd", 404, "text/html; charset=utf-8", None),
        ("/sub/../../secret", 404, "text/html; charset=utf-8", None),
        ("/%00", 404, "text/html; charset=utf-8", None),
    ],
)
def test_pages(web, path, status, kind, content):
    response, body = web.get(path)
    assert (response.status, response.getheader("Content-Type")) == (status, kind)
    assert response.getheader("Server").strip() == "practice-cloud guest"
    assert content is None or body.decode() == content


def test_other_methods(web):
    response, body = web.get(method="HEAD")
    assert (response.status, response.getheader("Content-Length"), body) == (200, "14", b"")
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        response, _ = web.get(method=method)
        assert (response.status, response.getheader("Allow")) == (405, "GET, HEAD")
    assert web.get(method="BREW")[0].status == 501


def test_one_connection_for_several_pages_each_of_them_at_once(web):
    client = http.client.HTTPConnection("guest")
    client.sock = web.connection(80)
    times = []
    for path in ["/", "/none", "/style.css"] * 3:
        began = time.perf_counter()
        client.request("GET", path)
        client.getresponse().read()
        times.append(time.perf_counter() - began)
    assert sorted(times)[4] < 0.01
