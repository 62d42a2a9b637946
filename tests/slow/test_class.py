"""A class on one cloud under load, and with processes that are killed."""

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import NOTEBOOKS, nbval
from shared.classroom import served, site
from shared.cloud import kill
from shared.projects import contents, shape

from practice_cloud import PracticeCloud, PracticeCloudError
from practice_cloud.state.projects import log_in


def test_the_notebooks_use_the_project_of_a_learner(learners):
    environment = {name: value for name, value in os.environ.items() if name != "OS_CLIENT_CONFIG_FILE"}
    environment |= {"PRACTICE_CLOUD_HOME": str(learners[1].folder)}
    nbval("--nbval-lax", notebooks=NOTEBOOKS, env=environment)
    assert not contents(learners[0].conn).keys() & contents(learners[1].conn).keys()


def test_two_hundred_requests_a_second_of_one_leave_time_for_the_others(learners):
    done, one = threading.Event(), learners[0].conn
    one.authorize()

    def ask_twice_a_second() -> None:
        while not done.wait(0.5):
            one.network.get("/networks", raise_exc=False)

    with ThreadPoolExecutor(100) as pool:
        for _ in range(100):
            pool.submit(ask_twice_a_second)
        conn, times = learners[1].conn, []
        for _ in range(20):
            for call in (conn.compute.flavors, conn.image.images, conn.network.networks):
                began = time.monotonic()
                assert list(call())
                times.append(time.monotonic() - began)
        done.set()
    assert statistics.quantiles(times, n=20)[-1] < 5


@pytest.mark.parametrize("name", ["keystone", "neutron", "nova", "gateway"])
def test_a_service_that_is_killed_comes_back_with_the_class(learners, name):
    server, _ = site(learners[0].conn)
    kill(PracticeCloud(), name)
    assert served(learners[0], server.public_v4)
    assert not learners[1].reaches(server.public_v4)
    learners[0].conn.delete_server(server.id, wait=True)
    PracticeCloud().reset(learner=1)


def test_a_start_that_is_killed_while_it_adds_learners_is_repeated(learners):
    command = [sys.executable, "-m", "practice_cloud", "start", "--learners", "6"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    while "adding learner 5" not in process.stdout.readline():
        assert process.poll() is None
    time.sleep(0.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    PracticeCloud().start(learners=6)
    assert PracticeCloud().learner(6, learners[0].folder.parent / "six")


def test_two_who_add_learners_at_once_and_a_whole_reset(learners):
    """The cloud keeps running; everybody has a new project afterwards, with the login of before."""
    command = [sys.executable, "-m", "practice_cloud", "start", "--learners", "7"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [(process.communicate()[1], process.returncode) for process in both] == [("", 0), ("", 0)]
    cloud = PracticeCloud()
    site(learners[1].conn)
    admin = log_in(cloud.clouds_yaml, "practice-admin")
    names = sorted(project.name for project in admin.identity.projects() if project.name.startswith("learner"))
    assert names == [f"learner-0{number}" for number in range(1, 8)]
    cloud.reset()
    assert shape(learners[1].conn) == shape(learners[0].conn)
    assert not list(learners[1].conn.compute.servers())


def test_a_class_comes_back_after_a_stop_and_with_a_checkpoint(learners):
    cloud, conn = PracticeCloud(), learners[0].conn
    server, _ = site(conn)
    cloud.save("monday")
    conn.delete_server(server.id, wait=True)
    cloud.load("monday")
    cloud.stop()
    with pytest.raises(PracticeCloudError, match="Ask your teacher to start it"):
        learners[0].cloud.start()
    cloud.start()
    assert [one.id for one in learners[0].conn.compute.servers()] == [server.id]
    assert served(learners[0], server.public_v4)
    assert not learners[1].reaches(server.public_v4)


def test_the_catalog_can_say_how_many_learners_there_are(class_home):
    text = (class_home / "catalog.yaml").read_text()
    (class_home / "catalog.yaml").write_text(text.replace("learners: 0", "learners: 8"))
    cloud = PracticeCloud()
    cloud.stop()
    cloud.start()
    assert cloud.learner(8, class_home.parent / "eight").joinpath("clouds.yaml").exists()
