"""The notebooks, compared with their outputs by nbval."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from conftest import ROOT, nbval
from shared import polling


def do_what_their_outputs_say(notebooks: Sequence[Path], environment: dict[str, str]) -> None:
    """Compare notebooks with their outputs, strictly, one after the other on one cloud, and all of their cells."""
    environment = {name: value for name, value in environment.items() if name != "OS_CLIENT_CONFIG_FILE"}
    options = ("--nbval", "--nbval-sanitize-with=tests/sanitize.cfg")
    with TemporaryDirectory() as folder:
        startup = Path(folder) / "profile_default" / "startup"
        startup.mkdir(parents=True)
        shutil.copy(polling.__file__, startup)
        printed = nbval(*options, notebooks=notebooks, cwd=ROOT, env=environment | {"IPYTHONDIR": folder})
    cells = sum(cell.cell_type == "code" for path in notebooks for cell in nbformat.read(path, 4).cells)
    assert f"{cells} passed" in printed
