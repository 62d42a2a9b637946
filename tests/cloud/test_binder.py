"""What mybinder.org does with binder/: repo2docker understands it, and its steps work within the limits there."""

import subprocess
import sys
from pathlib import Path

from conftest import ROOT

USER = 1000


def test_repo2docker_makes_a_dockerfile_of_the_folder():
    options = ["--no-build", "--debug", "--user-id", str(USER), "--user-name", "jovyan"]
    command = [Path(sys.executable).with_name("jupyter-repo2docker"), *options, ROOT]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    dockerfile = [line.strip() for line in result.stdout.splitlines()]
    assert 'RUN ${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir -r "binder/requirements.txt"' in dockerfile
    assert "RUN ./binder/postBuild" in dockerfile
    assert "Building conda environment for python=3.11" in result.stderr
