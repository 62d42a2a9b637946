"""JupyterLab in a real browser."""

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from conftest import NOTEBOOKS, README, ROOT

NAMES = [path.name for path in NOTEBOOKS]
# Also on a busy machine.
CELL_SECONDS, NOTEBOOK_SECONDS = 120, 600


def expect(locator):
    """Expect something of the page, sooner or later."""
    # Only here: to import it takes a while, and most tests do without.
    from playwright.sync_api import expect

    expect.set_options(timeout=CELL_SECONDS * 1000)
    return expect(locator)


@pytest.fixture(scope="module")
def lab(cloud_home, tmp_path_factory):
    """JupyterLab on a copy of the notebooks, because it saves what it opens."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    settings = {
        "apputils-extension/notification": {"fetchNews": "false"},
        # Cells that are scrolled away are not on the page otherwise, and would not be looked at.
        "notebook-extension/tracker": {"windowingMode": "none"},
    }
    for name, values in settings.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values))
    environment = os.environ | {
        "PRACTICE_CLOUD_HOME": str(cloud_home),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
    }
    environment.pop("OS_CLIENT_CONFIG_FILE", None)
    start = re.search(r" \.venv/bin/jupyter (lab \S+)$", README, re.MULTILINE)[1].split()
    options = ["--no-browser", "--allow-root", "--ServerApp.port_retries=50"]
    with (folder / "log").open("w") as log:
        command = [Path(sys.executable).with_name("jupyter"), *start, *options]
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    while not (address := re.search(r"http://127\S+token=\w+", (folder / "log").read_text())):
        assert server.poll() is None, (folder / "log").read_text()
    # With a notebook on its command line, JupyterLab has that notebook's folder as its root.
    yield re.sub(r"/lab[^?]*", "/lab/tree/{}", address[0])
    # JupyterLab does not end on SIGTERM while a kernel restarts.
    for process in [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    server.wait()


@pytest.fixture(scope="module")
def page(browser, lab):
    """A window high enough for JupyterLab to show all cells."""
    page = browser.new_page(viewport={"width": 1400, "height": 1800})
    page.set_default_timeout(CELL_SECONDS * 1000)
    page.goto(lab.format(NAMES[0]))
    yield page
    page.close()


@pytest.fixture(scope="module")
def panel(page, request):
    """The panel of a notebook that has been opened and run. The tests of one notebook follow each other."""
    panel = open_notebook(page, request.param)
    run_all(panel)
    yield panel
    close_all(page)


def of(*names):
    """Let a test have the panels of these notebooks."""
    return pytest.mark.parametrize("panel", names, indirect=True)


def wait_for_notebook(page, name):
    """Wait for a notebook that is opened, and for its kernel; return its panel."""
    # JupyterLab first shows the notebook that was open last.
    page.locator(".lm-TabBar-tab.jp-mod-current", has_text=name).wait_for()
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    panel.wait_for()
    page.get_by_role("contentinfo").get_by_role("button", name=re.compile(r"\| Idle$")).wait_for()
    return panel


def open_notebook(page, name):
    """Open a notebook with a double click in the list of files; return its panel."""
    page.get_by_role("listitem", name=re.compile(name)).dblclick()
    return wait_for_notebook(page, name)


def close_all(page):
    """Save and close all notebooks: the page becomes slow with all that has been on it."""
    choose_from_menu(page, "File", re.compile("^Save All"))
    expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)
    choose_from_menu(page, "File", re.compile("^Close All Tabs"))


def choose_from_menu(page, menu, item):
    """Click on a menu and on one of its items."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=item).click()


def wait_for_cells(panel):
    """Wait until every cell has run."""
    for prompt in ("[ ]:", "[*]"):
        expect(panel.locator(".jp-InputPrompt", has_text=prompt)).to_have_count(0, timeout=NOTEBOOK_SECONDS * 1000)


def begin_all(panel):
    """Let all cells run, without waiting for them."""
    choose_from_menu(panel.page, "Edit", "Clear Outputs of All Cells")
    choose_from_menu(panel.page, "Run", re.compile("^Run All Cells$"))


def run_all(panel):
    """Run all cells and wait for the last one."""
    begin_all(panel)
    wait_for_cells(panel)


def run_cell(cell):
    """Run one cell."""
    cell.locator(".cm-content").click()
    cell.page.keyboard.press("Control+Enter")


def type_code(cell, code):
    """Put other code into a cell."""
    cell.locator(".cm-content").click()
    cell.page.keyboard.press("Control+a")
    cell.page.keyboard.insert_text(code)


def replace_code(cell, code):
    """Put other code into a cell, and run it."""
    type_code(cell, code)
    cell.page.keyboard.press("Control+Enter")


def errors(panel):
    """Return the outputs that are errors, or that went where errors go."""
    return panel.locator("[data-mime-type='application/vnd.jupyter.stderr']")
