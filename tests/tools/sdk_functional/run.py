"""Let openstacksdk's own functional tests judge the practice cloud: python tests/tools/sdk_functional/run.py

The tests come with the SDK's wheel and are not changed. They run on a throw-away practice cloud with DevStack's names.
First: pip install -r tests/tools/sdk_functional/requirements.txt
"""

import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import openstack
import pytest
import yaml

import practice_cloud

HERE = Path(__file__).parent
MODULES = [
    *("cloud.test_compute", "cloud.test_network", "cloud.test_image", "cloud.test_inventory", "cloud.test_identity"),
    *("cloud.test_block_storage", "block_storage.v3"),
    *("compute.v2", "network.v2", "image.v2", "identity.v3", "placement"),
]


class Judge:
    """Leaves out what excluded.yaml lists, and counts the rest."""

    def __init__(self):
        reasons = yaml.safe_load((HERE / "excluded.yaml").read_text()) or {}
        self.excluded = {test for tests in reasons.values() for test in tests}
        self.counts, self.known = Counter(), set()

    def pytest_collection_modifyitems(self, config, items):
        """Deselect a test, or all of a module, by its dotted name behind openstack.tests.functional."""
        names = {item: f"{item.cls.__module__}.{item.cls.__name__}.{item.name}" for item in items}
        names = {item: name.removeprefix("openstack.tests.functional.") for item, name in names.items()}
        left_out = [item for item, name in names.items() if name in self.excluded]
        self.known = {names[item] for item in left_out}
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)

    def pytest_runtest_logreport(self, report):
        """Count each test once: what its call did, or else that it was skipped or its set-up failed."""
        if report.when == "call" or not report.passed:
            self.counts[report.outcome] += 1


def configure(home: Path) -> None:
    """Write the clouds.yaml that the tests look for, and create the second user that it needs."""
    clouds = yaml.safe_load((home / "clouds.yaml").read_text())["clouds"]
    demo, admin = clouds["practice"], clouds["practice-admin"]
    os.environ["OS_CLIENT_CONFIG_FILE"] = str(home / "clouds.yaml")
    operator = openstack.connect(cloud="practice-admin")
    project = operator.create_project("alt_demo", "default")
    user = operator.create_user(name="alt_demo", password=demo["auth"]["password"], domain_id="default")
    operator.grant_role("member", user=user.id, project=project.id)
    operator.grant_role("admin", user=operator.current_user_id, system="all")
    nowhere = {key: value for key, value in admin["auth"].items() if not key.startswith("project")}
    devstack = {
        "devstack": demo,
        "devstack-alt": {**demo, "auth": demo["auth"] | {"username": "alt_demo", "project_name": "alt_demo"}},
        "devstack-admin": admin,
        "devstack-system-admin": {**admin, "auth": nowhere | {"system_scope": "all"}},
    }
    functional = {"image_name": "cirros-0.6.3-x86_64-disk", "flavor_name": "m1.tiny"}
    path = home / "devstack.yaml"
    path.write_text(yaml.safe_dump({"clouds": devstack, "functional": functional}))
    os.environ["OS_CLIENT_CONFIG_FILE"] = str(path)


def main() -> int:
    """Run the tests and return pytest's exit code."""
    judge = Judge()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(PRACTICE_CLOUD_HOME=folder, OS_TEST_TIMEOUT="90")
        shutil.copy(HERE / "catalog.yaml", folder)
        practice_cloud.start(report=print)
        try:
            configure(Path(folder))
            # Two tests upload this file of the SDK's source folder, in which they expect to run.
            os.chdir(folder)
            Path("CONTRIBUTING.rst").write_text("A file to upload.")
            modules = [f"openstack.tests.functional.{module}" for module in MODULES]
            code = pytest.main(["--pyargs", *modules, "-q", "-p", "no:nbval", *sys.argv[1:]], plugins=[judge])
        finally:
            practice_cloud.stop()
    counts = ", ".join(f"{judge.counts[outcome]} {outcome}" for outcome in ("passed", "failed", "skipped"))
    print(f"{counts}, {len(judge.known)} excluded (see excluded.yaml)")
    return code


if __name__ == "__main__":
    sys.exit(main())
