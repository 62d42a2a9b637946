"""A class on one cloud: everybody has what one alone would have, and nobody gets at what belongs to another."""

import signal
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
import requests
from openstack.exceptions import ConflictException, ForbiddenException, NotFoundException
from shared.classroom import allow, served, site, with_login
from shared.cloud import created, practice_cloud_command
from shared.projects import contents, shape

from helpers import why_unreachable
from practice_cloud import PracticeCloud, PracticeCloudError


@pytest.fixture(scope="module")
def owner(learners):
    """The second learner with something of each kind, by the names in ATTEMPTS."""
    conn = learners[1].conn
    server, group = site(conn)
    image = conn.image.create_image(name="own", data=b"image", disk_format="raw", container_format="bare")
    things = {
        "server": server.id,
        "address": server.public_v4,
        "floating_ip": conn.network.find_ip(server.public_v4).id,
        "port": next(conn.network.ports(device_id=server.id)).id,
        "group": group.id,
        "volume": created(conn).id,
        "image": image.id,
        "keypair": conn.create_keypair("own").name,
        "project": conn.current_project_id,
        "user": conn.current_user_id,
    }
    return learners[1], things


# What a learner tries with somebody else's things.
ATTEMPTS = {
    "look at a server": lambda conn, own: conn.compute.get_server(own["server"]),
    "read a console log": lambda conn, own: conn.compute.get_server_console_output(own["server"]),
    "stop a server": lambda conn, own: conn.compute.stop_server(own["server"]),
    "delete a server": lambda conn, own: conn.compute.delete_server(own["server"], ignore_missing=False),
    "look at a volume": lambda conn, own: conn.block_storage.get_volume(own["volume"]),
    "copy a volume": lambda conn, own: conn.block_storage.create_volume(size=1, source_volume_id=own["volume"]),
    "look at an image": lambda conn, own: conn.image.get_image(own["image"]),
    "delete an image": lambda conn, own: conn.image.delete_image(own["image"], ignore_missing=False),
    "look at a key pair": lambda conn, own: conn.compute.get_keypair(own["keypair"]),
    "look at a key pair of a user": lambda conn, own: conn.compute.get_keypair(own["keypair"], user_id=own["user"]),
    "look at a floating IP": lambda conn, own: conn.network.get_ip(own["floating_ip"]),
    "delete a floating IP": lambda conn, own: conn.network.delete_ip(own["floating_ip"], ignore_missing=False),
    "attach an address to a port": lambda conn, own: conn.network.create_ip(
        floating_network_id=conn.network.find_network("ext-net").id, port_id=own["port"]
    ),
    "look at a security group": lambda conn, own: conn.network.get_security_group(own["group"]),
    "open a security group": lambda conn, own: conn.network.create_security_group_rule(
        security_group_id=own["group"], direction="ingress"
    ),
    "list all servers": lambda conn, own: list(conn.compute.servers(all_projects=True, project_id=own["project"])),
    "make a flavor": lambda conn, own: conn.compute.create_flavor(name="mine", vcpus=1, ram=1, disk=1),
    "list users": lambda conn, own: list(conn.identity.users()),
    "list hypervisors": lambda conn, own: list(conn.compute.hypervisors()),
    "raise a quota": lambda conn, own: conn.compute.update_quota_set(conn.current_project_id, instances=99),
    "raise a quota of addresses": lambda conn, own: conn.network.update_quota(conn.current_project_id, floating_ips=99),
    "see a quota": lambda conn, own: conn.compute.get_quota_set(own["project"]),
    "make an image public": lambda conn, own: conn.image.create_image(
        name="all", visibility="public", data=b"i", disk_format="raw", container_format="bare"
    ),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_what_belongs_to_another_or_to_the_operator_is_refused(learners, owner, attempt):
    conn, before = learners[0].conn, contents(owner[0].conn)
    with pytest.raises((NotFoundException, ForbiddenException)):
        attempt(conn, owner[1])
    assert contents(owner[0].conn) == before


def test_lists_have_only_what_is_ones_own_or_everybodys(learners, owner):
    conn, things = learners[0].conn, owner[1]
    assert not list(conn.compute.servers()) + list(conn.block_storage.volumes()) + list(conn.network.ips())
    assert not list(conn.compute.keypairs())
    assert things["image"] not in [image.id for image in conn.image.images()]
    assert {network.name for network in conn.network.networks()} == {"test-net", "ext-net"}


def test_a_page_is_there_for_its_owner_and_for_no_other_learner(learners, owner):
    me, address = owner[0], owner[1]["address"]
    assert served(me, address)
    assert not learners[0].reaches(address)
    assert not learners[2].reaches(address)
    # The operator gets in wherever a rule allows it.
    assert me.reaches(address, proxy=PracticeCloud().proxy)


def test_a_rule_for_one_learners_address_does_not_let_the_next_one_in(learners, owner):
    me, things = owner
    conn, server = me.conn, me.conn.get_server(things["server"])
    group = conn.get_security_group(things["group"])
    assert [str(learner.cloud.client_address) for learner in learners] == [
        "198.51.100.7",
        "198.51.100.8",
        "198.51.100.9",
    ]
    try:
        allow(conn, group, "198.51.100.8/32")
        assert served(me, things["address"])
        assert not me.reaches(things["address"], proxy=PracticeCloud().proxy)
        allow(conn, group, "198.51.100.7/32")
        assert not me.reaches(things["address"])
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PRACTICE_CLOUD_HOME", str(me.folder))
            patch.setenv("http_proxy", me.cloud.proxy)
            assert why_unreachable(conn, server, 80) == [
                "Only 198.51.100.7/32 may connect to TCP port 80. Is your address among them? It is 198.51.100.8."
            ]
    finally:
        allow(conn, group, None)


def test_a_password_for_the_gateway_opens_it_for_one_learner_only(learners, owner):
    own = urlsplit(learners[0].cloud.proxy)
    for user in ("practice-cloud", "practice-cloud-learner-02", "practice-cloud-learner-", "", "x"):
        proxy = with_login(learners[0].cloud.proxy, f"{user}:{own.password}")
        answer = requests.get(f"http://{owner[1]['address']}/", proxies={"http": proxy}, timeout=5)
        assert answer.status_code == requests.codes.proxy_authentication_required


def test_only_the_owner_can_read_a_learners_files(learners):
    folder = learners[1].folder
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in folder.iterdir()} == {
        "class.json",
        "clouds.yaml",
        "known_hosts",
        "ssh_config",
        "status.json",
    }
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_link_in_a_learners_folder_leads_to_no_other_file(learners, tmp_path):
    """The teacher's program, which may be root, writes into a folder that belongs to the learner."""
    known_hosts, elsewhere = learners[0].folder / "known_hosts", tmp_path / "elsewhere"
    known_hosts.unlink()
    known_hosts.symlink_to(elsewhere)
    PracticeCloud().learner(1, learners[0].folder)
    assert not elsewhere.exists()
    assert not known_hosts.is_symlink()
    assert known_hosts.read_text() == ""


def test_an_address_too_many_is_a_quota(learners):
    conn = learners[0].conn
    mine = [conn.create_floating_ip() for _ in range(3)]
    with pytest.raises(ConflictException, match="Quota exceeded"):
        conn.create_floating_ip()
    for floating_ip in mine:
        conn.delete_floating_ip(floating_ip.id)


def test_learners_cannot_stop_or_change_the_cloud(learners):
    cloud = learners[0].cloud
    for change in (cloud.stop, cloud.reset, lambda: cloud.save("x"), lambda: cloud.load("x"), lambda: cloud.logs("x")):
        with pytest.raises(PracticeCloudError, match="This is the cloud of your class"):
            change()
    assert PracticeCloud().status()["running"]


def test_one_project_is_put_back_and_the_others_stay(learners, owner):
    untidy, conn = learners[2], learners[2].conn
    fresh = shape(conn)
    site(conn)
    created(conn)
    conn.create_keypair("mine")
    conn.identity.create_application_credential(conn.current_user_id, name="mine")
    image = conn.image.create_image(name="mine", data=b"i", disk_format="raw", container_format="bare")
    conn.image.update_image(image, is_protected=True)
    conn.create_security_group_rule("default", protocol="tcp")
    conn.identity.post(
        f"/users/{conn.current_user_id}/password",
        json={"user": {"password": "changed", "original_password": conn.config.auth["password"]}},
    ).raise_for_status()
    before = contents(owner[0].conn)
    said = practice_cloud_command("reset", "--learner", "03")
    assert said.returncode == 0, said.stderr
    assert shape(untidy.conn) == fresh
    assert contents(owner[0].conn) == before
    assert served(owner[0], owner[1]["address"])


def test_a_learner_who_deleted_the_network_is_put_back(learners):
    conn = learners[2].conn
    fresh = shape(conn)
    router, network = conn.network.find_router("test-router"), conn.network.find_network("test-net")
    conn.network.remove_interface_from_router(router, subnet_id=network.subnet_ids[0])
    conn.network.delete_router(router)
    conn.network.delete_network(network)
    PracticeCloud().reset(learner=3)
    assert shape(learners[2].conn) == fresh


def test_a_hundred_wrong_passwords_lock_nobody_out(learners):
    conn = learners[0].conn
    auth = conn.config.auth
    user = {"name": auth["username"], "password": "wrong", "domain": {"id": "default"}}
    body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
    tries = [requests.post(f"{auth['auth_url']}/auth/tokens", json=body, timeout=60) for _ in range(100)]
    assert {answer.status_code for answer in tries} == {requests.codes.unauthorized}
    assert learners[0].conn.authorize()


def test_a_number_that_does_not_fit_is_a_sentence(learners):
    said = practice_cloud_command("start", "--learners", "100")
    assert said.returncode == 1
    assert "practice-cloud: 100 learners do not fit: 62 do." in said.stderr
    said = practice_cloud_command("learner", "9", "nowhere")
    assert "There is no learner-09: the class has 3." in said.stderr


def test_the_teachers_table_shows_what_each_has_and_ends_with_ctrl_c(learners, owner):
    command = [sys.executable, "-m", "practice_cloud", "class"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    # A test run in the background ignores Ctrl-C, and so would what it starts.
    process = subprocess.Popen(command, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), **pipes)
    head, *rows = [process.stdout.readline() for _ in range(4)]
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    assert head.split()[:4] == ["learner", "servers", "addresses", "volumes"]
    assert [row.split()[:10] for row in rows[1:2]] == [["learner-02", "1", "of", "50", "1", "of", "3", "1", "of", "50"]]
    assert not rest
