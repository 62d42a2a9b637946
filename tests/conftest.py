"""What several test files share."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import fasteners
import openstack
import psutil
import pytest
import yaml

import practice_cloud
from helpers import ensure_key, ensure_security_group, filter_flavors, filter_images, filter_networks
from practice_cloud.base.home import PACKAGE

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
TEACHING = (ROOT / ".github" / "TEACHING.md").read_text()
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# One notebook after the other: they share a cloud.
NBVAL = "-m pytest -q --color=no -p no:cacheprovider -o addopts= --nbval-current-env --nbval-cell-timeout=120".split()
# With several workers: what takes longest comes first.
FIRST = (
    "cloud/test_notebooks.py",
    "cloud/test_exercises.py",
    "cloud/test_exercises_with_servers.py",
    "cloud/test_browser.py",
    "cloud/test_style.py",
)
PLUGINS = ("browser", "classroom", "exercises", "gateway", "guest", "polling", "slides", "web_page")
pytest_plugins = [f"shared.{name}" for name in PLUGINS]


def pytest_configure(config):
    """Let several workers keep the order of the files: as an option, it would ask for xdist in every run."""
    config.option.loadscopereorder = False


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Have one worker more than there are processors: most tests wait for the cloud half of their time."""
    return os.cpu_count() + 1


def pytest_ignore_collect(collection_path, config):
    """Do not even import the others for -m unit: that would take most of the time."""
    return True if config.option.markexpr == "unit" and collection_path.name in ("cloud", "slow") else None


def pytest_collection_modifyitems(items):
    """Mark tests by the folder that they are in, and put what takes longest first."""
    for item in items:
        tier = item.path.relative_to(ROOT / "tests").parts[0] if item.path.is_relative_to(ROOT / "tests") else ""
        if tier in ("unit", "slow"):
            item.add_marker(tier)
    order = {ROOT / "tests" / name: number for number, name in enumerate(FIRST, -len(FIRST))}
    items.sort(key=lambda item: order.get(item.path, 0))


def requirements(conn) -> dict[str, str]:
    """Find what the server of the course is made of."""
    return {
        "flavor": filter_flavors(conn.list_flavors(), vcpus=1, max_ram=1024, max_disk=20)[0].id,
        "image": filter_images(conn.list_images(), name="focal")[0].id,
        "network": filter_networks(conn.list_networks())[0].id,
    }


def processes() -> list[psutil.Process]:
    """Return the supervisor of the practice cloud and the services."""
    pids = {service["pid"] for service in practice_cloud.status()["services"].values()}
    services = [psutil.Process(pid) for pid in pids]
    return [services[0].parent(), *services]


def nbval(*arguments: str, notebooks: Iterable[Path], **options) -> str:
    """Compare notebooks with their outputs, as --nbval or --nbval-lax does, and return what pytest printed."""
    command = [sys.executable, *NBVAL, *arguments, *notebooks]
    result = subprocess.run(command, capture_output=True, text=True, **options)
    assert result.returncode == 0, result.stdout
    return result.stdout


@pytest.fixture(scope="module")
def browser():
    """A headless browser that asks nobody on the Internet."""
    sync_api = pytest.importorskip("playwright.sync_api")
    if not (chromium := shutil.which("chromium") or shutil.which("google-chrome")):
        pytest.skip("there is no chromium on this machine")
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=quiet)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _environment_of_before():
    """What a test sets in the environment is unset again, also what use_practice_cloud() sets."""
    with mock.patch.dict(os.environ):
        yield


@contextmanager
def home_at(folder: Path | str):
    """Let PRACTICE_CLOUD_HOME be a folder for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRACTICE_CLOUD_HOME", str(folder))
        patch.setenv("OS_CLIENT_CONFIG_FILE", f"{folder}/clouds.yaml")
        patch.delenv("OS_CLOUD", raising=False)
        yield


@pytest.fixture(scope="session")
def built_cloud(tmp_path_factory):
    """The folder of a practice cloud that was built once, for all workers, and does not run."""
    ours = tmp_path_factory.getbasetemp()
    shared = ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours
    with fasteners.InterProcessLock(shared / "building"), home_at(shared / "built"):
        if not (shared / "built" / "pristine" / "built.json").exists():
            practice_cloud.start()
            practice_cloud.stop()
    return shared / "built"


def copy_cloud(built: Path, target: Path) -> Path:
    """Make another practice cloud of one that is built; it does not run."""
    target.mkdir(mode=0o700)
    shutil.copytree(built / "pristine", target / "pristine")
    for name in ("built.json", "secrets.json"):
        shutil.copy(built / name, target)
    with home_at(target):
        practice_cloud.reset()
    return target


def edit_catalog(home: Path, **changes) -> None:
    """Put an own version of the catalog into a cloud's folder."""
    catalog = yaml.safe_load((PACKAGE / "catalog.yaml").read_text())
    path = home / "catalog.yaml"
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(catalog | changes))


@pytest.fixture(scope="session")
def practice_cloud_home(built_cloud, tmp_path_factory):
    """The folder for the plugin's practice_cloud, with a name that is hard to write down.

    Its servers need no time to boot: most tests would only wait for them.
    """
    folder = copy_cloud(built_cloud, tmp_path_factory.mktemp("practice-cloud") / "a home, ü {x} %d $HOME #?")
    edit_catalog(folder, hypervisor={"vcpus": 64, "ram_mib": 262144, "disk_gib": 8192, "boot_seconds": 0})
    return folder


@pytest.fixture(scope="session")
def cloud_home(practice_cloud, practice_cloud_home):
    """The folder of the practice cloud, which the functions of the package find; stopped at the end."""
    with home_at(practice_cloud_home):
        yield practice_cloud_home
    practice_cloud.stop()


@pytest.fixture
def in_tmp_dir(tmp_path, monkeypatch):
    """Work in a folder of the test's own: some checks look at files beside the notebook."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def another_home(built_cloud, tmp_path):
    """The folder of a cloud beside the tests' own, which a test may damage; whatever it starts there is stopped."""
    folder = copy_cloud(built_cloud, tmp_path / "another home")
    with home_at(folder):
        yield folder
        practice_cloud.stop()


@pytest.fixture
def cloud(cloud_home):
    """The practice cloud, running and in its pristine state."""
    with home_at(cloud_home):
        practice_cloud.start()
        practice_cloud.reset()
        yield practice_cloud


@pytest.fixture
def conn(cloud):
    """A connection of the learner."""
    return openstack.connect(cloud="practice", region_name="Fra1")


@pytest.fixture
def access(conn, cloud_home, tmp_path, monkeypatch):
    """Let a test log in to servers: what their order is to have, and the file with the private key."""
    monkeypatch.setenv("http_proxy", practice_cloud.proxy())
    monkeypatch.setenv("PRACTICE_CLOUD_SSH_CONFIG", str(cloud_home / "ssh_config"))
    group, key = ensure_security_group(conn, "login", ports=(22,)), tmp_path / "course.pem"
    return {"key_name": ensure_key(conn, key), "security_groups": [group.id]}, key


@pytest.fixture
def environment(cloud_home):
    """The environment variables for a process that is to use the practice cloud."""
    return {**os.environ, "PRACTICE_CLOUD_HOME": str(cloud_home), "COLUMNS": "120"}


def named_cloud(name: str, clouds_yaml: Path) -> dict[str, str]:
    """Return the variables for whoever takes a practice cloud that runs for a cloud of their own."""
    return {
        "OS_CLOUD": name,
        "OS_CLIENT_CONFIG_FILE": str(clouds_yaml),
        # A cloud of one's own needs no gateway, because its floating IPs are really there.
        "http_proxy": practice_cloud.proxy(),
        "NO_PROXY": "127.0.0.1",
        "PRACTICE_CLOUD_SSH_CONFIG": f"{practice_cloud.status()['home']}/ssh_config",
    }
