"""Several users at once: nobody is taken for somebody else, whichever service they ask."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import openstack
import pytest
from shared.users import enroll_many, wrong_answers

from practice_cloud.services import SERVICES


def test_users_who_make_application_credentials_at_once(cloud):
    def five_users(client: int) -> list[int]:
        admin, statuses = openstack.connect(cloud="practice-admin"), []
        project, role = admin.identity.find_project("course"), admin.identity.find_role("member")
        for name in [f"user-{client}-{number}" for number in range(5)]:
            user = admin.identity.create_user(name=name, password=name, domain_id="default")
            admin.identity.assign_project_role_to_user(project, user, role)
            conn = openstack.connect(cloud="practice", auth={"username": name, "password": name})
            place = f"/users/{user.id}/application_credentials"
            for number in range(3):
                made = conn.identity.post(place, json={"application_credential": {"name": f"number-{number}"}})
                statuses.append(made.status_code)
                if made.ok:
                    deleted = conn.identity.delete(f"{place}/{made.json()['application_credential']['id']}")
                    statuses.append(deleted.status_code)
        return statuses

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(five_users, range(3))) == [[201, 204] * 15] * 3


def test_everybody_is_answered_as_when_alone(cloud):
    assert wrong_answers(enroll_many(6), 150) == []


# In a process of its own, as the supervisor loads a service, up to its first request.
LOADED = """
import importlib, sys
from practice_cloud.supervisor.preload import preload
from practice_cloud.services import SERVICES, sqlite, wsgi
from practice_cloud.base.home import Home

preload()
sqlite.install()
wsgi.use_configuration(str(Home().clouds_yaml))
service = SERVICES[sys.argv[1]]
wsgi.load(service.name)
if service.name == "glance":
    from glance.db.sqlalchemy import api
    assert api._context is not None
else:
    enforcer = importlib.import_module(f"{service.name}.policy")._ENFORCER
    assert enforcer.registered_rules.keys() <= enforcer.rules.keys(), "rules are missing"
"""


# Keystone answers one request at a time, and Nova makes its rules under a lock.
@pytest.mark.parametrize("service", [name for name in SERVICES if name not in ("keystone", "nova")])
def test_what_requests_share_is_ready_before_the_first_one(cloud, cloud_home, service):
    """Otherwise, the first requests would see it half made."""
    result = subprocess.run([sys.executable, "-c", LOADED, service], cwd=cloud_home, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_keystone_answers_one_request_at_a_time():
    assert SERVICES["keystone"].threads == 1
