"""Files of the practice cloud are damaged, processes are not what they seem: nothing is lost that need not be."""

import shutil
import subprocess
import sys

import openstack
import psutil
import pytest
from conftest import copy_cloud, edit_catalog, home_at, processes, requirements
from shared.breaking import is_named_and_replaced
from shared.cloud import a_server_can_be_created, active, all_gone, practice_cloud_command, sentence, wait_until

import practice_cloud
from practice_cloud.services import SERVICES


def test_looking_does_not_keep_a_supervisor_from_starting(another_home):
    lookers = [subprocess.Popen([sys.executable, "-c", LOOK_ALL_THE_TIME]) for _ in range(4)]
    try:
        assert practice_cloud.start()["running"]
    finally:
        for looker in lookers:
            looker.kill()


LOOK_ALL_THE_TIME = "import practice_cloud\nwhile True: practice_cloud.status()"


def test_a_stray_file_among_the_users_does_not_end_the_cloud(another_home):
    practice_cloud.start()
    (another_home / "users" / ".DS_Store").write_bytes(b"\0")
    # The supervisor looks every two seconds.
    with pytest.raises(psutil.TimeoutExpired):
        processes()[0].wait(5)
    assert practice_cloud.status()["running"]


@pytest.fixture(scope="module")
def kept_server(built_cloud, tmp_path_factory):
    """The folder of a cloud that does not run, and the id of a server on it."""
    folder = copy_cloud(built_cloud, tmp_path_factory.mktemp("kept") / "home")
    with home_at(folder):
        try:
            practice_cloud.start()
            conn = openstack.connect(cloud="practice")
            server = active(conn, conn.create_server(name="kept", **requirements(conn)))
        finally:
            practice_cloud.stop()
    return folder, server.id


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe no text", b'{"pid": [], "urls": 7, "pids": "x", "cl', b"[1, 2]\n"])
def test_damaged_small_files_are_replaced_at_the_first_try(kept_server, another_home, damage):
    shutil.copytree(kept_server[0], another_home, dirs_exist_ok=True)
    etc = list((another_home / "etc").iterdir())
    assert {path.name for path in etc} == {"profile.json", *(service.configuration for service in SERVICES.values())}
    for path in [*another_home.glob("*.json"), another_home / "clouds.yaml", another_home / "lock", *etc]:
        path.write_bytes(damage)
    said = []
    assert practice_cloud.start(report=said.append)["running"]
    assert "creating databases" not in " ".join(said)
    assert openstack.connect(cloud="practice").get_server(kept_server[1]).status == "ACTIVE"


@pytest.mark.parametrize("name", ["logs", "etc", "users"])
def test_a_file_in_the_place_of_a_folder_is_told_in_one_sentence(another_home, name):
    shutil.rmtree(another_home / name, ignore_errors=True)
    (another_home / name).write_text("in the way")
    said = sentence(practice_cloud_command("start"))
    assert f"{name}'" in said
    assert "Remove what is in the way" in said


def test_reset_heals_a_running_cloud_whose_database_is_damaged(another_home):
    practice_cloud.start()
    (another_home / "state" / "glance.db").write_bytes(b"this is no database" * 1000)
    assert str(another_home / "state" / "glance.db") in sentence(practice_cloud_command("start"))
    assert practice_cloud_command("reset").returncode == 0
    assert practice_cloud.status()["running"]
    assert a_server_can_be_created()


def test_two_names_of_one_home_are_one_cloud(another_home, tmp_path):
    (tmp_path / "link").symlink_to(another_home)
    practice_cloud.start()
    with home_at(tmp_path / "link"):
        assert practice_cloud.status()["running"]
        practice_cloud.stop()
    assert not practice_cloud.status()["running"]


def test_lost_keys_are_back_after_a_reset(another_home):
    shutil.rmtree(another_home / "state" / "fernet")
    assert practice_cloud_command("reset").returncode == 0
    practice_cloud.start()
    assert openstack.connect(cloud="practice").list_flavors()


def test_an_edited_catalog_rebuilds_the_cloud(another_home):
    """The previous state is kept beside the new one."""
    practice_cloud.start()
    conn = openstack.connect(cloud="practice")
    conn.create_network("mine")
    practice_cloud.stop()
    edit_catalog(another_home, flavors=[{"name": "only", "vcpus": 1, "ram": 512, "disk": 1}])
    result, before = practice_cloud_command("start"), another_home / "before"
    assert result.returncode == 0, result.stderr
    assert f"rebuilding because the catalog changed; the previous state is kept in {before}" in result.stdout
    conn = openstack.connect(cloud="practice")
    assert [flavor.name for flavor in conn.list_flavors()] == ["only"]
    assert "mine" not in [network.name for network in conn.list_networks()]
    assert {path.name for path in before.iterdir()} == {"built.json", "state", "pristine"}
    kept = (before / "state").glob("neutron.db*")
    assert b"mine" in b"".join(path.read_bytes() for path in kept)


def test_other_quotas_and_another_hypervisor_need_no_new_cloud(another_home):
    quotas = {"servers": 3, "vcpus": 3, "ram_mib": 4096, "floating_ips": 2}
    edit_catalog(another_home, quotas=quotas, hypervisor={"vcpus": 4, "ram_mib": 8192, "disk_gib": 100})
    said = []
    practice_cloud.start(report=said.append)
    assert not [message for message in said if message.startswith("creating")]
    assert openstack.connect(cloud="practice").get_compute_limits().max_total_instances == 3
    hypervisor = next(openstack.connect(cloud="practice-admin").compute.hypervisors(details=True))
    wait_until(lambda: openstack.connect(cloud="practice-admin").compute.get_hypervisor(hypervisor).name)


def test_a_start_after_a_killed_supervisor_ends_with_one_cloud(another_home):
    practice_cloud.start()
    supervisor, *services = processes()
    supervisor.kill()
    assert practice_cloud.start()["running"]
    assert all_gone(services)
    assert a_server_can_be_created()


@pytest.mark.parametrize(
    ("name", "damage"), [("keystone.db", b"this is no database" * 1000), ("nova_cell1.db", b""), ("neutron.db", None)]
)
def test_a_foreign_empty_or_missing_database_is_named_and_reset(another_home, name, damage):
    """The start names it, and a reset brings it back."""
    database = another_home / "state" / name
    database.unlink()
    if damage is not None:
        database.write_bytes(damage)
    is_named_and_replaced(database)
