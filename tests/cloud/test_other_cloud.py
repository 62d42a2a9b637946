"""The first notebooks on a cloud whose flavors have no disk, such as that of the workshop that the course follows."""

import shutil

import openstack
import pytest
from conftest import ROOT
from shared.catalogs import cloud_like, run_notebooks

from helpers import filter_marked


@pytest.mark.parametrize("name", ["flavors without a disk"])
def test_c1_notebooks_02_to_05_run(name, environment, tmp_path):
    home, folder = tmp_path / "home", tmp_path / "notebooks"
    home.mkdir(mode=0o700)
    shutil.copytree(ROOT / "notebooks", folder)
    with cloud_like(name, home):
        environment |= {"PRACTICE_CLOUD_HOME": str(home)}
        notebooks = [path for number in "2345" for path in folder.glob(f"0{number}_*.ipynb")]
        assert " failed" not in run_notebooks(name, folder, notebooks, environment)
        conn = openstack.connect(cloud="practice")
        (server,) = filter_marked(conn.list_servers())
        assert server.public_v4
        conn.delete_server(server.id, wait=True)
        assert conn.list_volumes() == []
