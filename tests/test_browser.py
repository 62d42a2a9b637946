"""A learner's first hour, in JupyterLab in a real browser: it clicks the real widgets.

Set SCREENSHOTS to a folder to look at every notebook afterwards.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from conftest import ROOT
from playwright.sync_api import expect

NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
CELL_SECONDS = 60


@pytest.fixture(scope="module")
def lab(cloud_home, tmp_path_factory):
    """JupyterLab on a copy of the notebooks, because it saves what it opens."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps({"fetchNews": "false"}))
    environment = os.environ | {
        "PRACTICE_CLOUD_HOME": str(cloud_home),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
    }
    environment.pop("OS_CLIENT_CONFIG_FILE", None)
    command = [sys.executable, "-I", "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port_retries=50"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    while not (address := re.search(r"http://127\S+token=\w+", (folder / "log").read_text())):
        assert server.poll() is None, (folder / "log").read_text()
    yield address[0].replace("/lab?", "/lab/tree/notebooks/{}?")
    for process in [*psutil.Process(server.pid).children(recursive=True), server]:
        process.terminate()
    server.wait(30)


@pytest.fixture
def page(browser):
    """A window high enough for JupyterLab to show all cells."""
    page = browser.new_page(viewport={"width": 1400, "height": 1800})
    page.set_default_timeout(CELL_SECONDS * 1000)
    yield page
    page.close()


def open_notebook(page, lab, name):
    """Open a notebook and wait for its kernel; return its panel."""
    page.goto(lab.format(name))
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    panel.wait_for()
    page.get_by_role("contentinfo").get_by_role("button", name=re.compile(r"\| Idle$")).wait_for()
    return panel


def run_all(page, panel):
    """Run all cells and wait for the last one."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_timeout(500)
    expect(panel.locator(".jp-InputPrompt", has_text="[*]")).to_have_count(0, timeout=CELL_SECONDS * 1000)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_notebook_runs_without_an_error(page, lab, name):
    panel = open_notebook(page, lab, name)
    run_all(page, panel)
    assert panel.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert panel.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert panel.locator(".jp-RenderedMarkdown").first.is_visible()
    if folder := os.environ.get("SCREENSHOTS"):
        take_screenshots(page, panel, Path(folder) / name)


def take_screenshots(page, panel, path):
    """Store what a reader sees while scrolling down."""
    scroller = panel.locator(".jp-WindowedPanel-outer")
    scroller.evaluate("element => element.scrollTo(0, 0)")
    page.wait_for_timeout(500)
    for number in range(20):
        page.screenshot(path=f"{path.with_suffix('')}-{number}.png")
        before = scroller.evaluate("element => element.scrollTop")
        scroller.evaluate("element => element.scrollBy(0, 1500)")
        page.wait_for_timeout(300)
        if scroller.evaluate("element => element.scrollTop") == before:
            break


def test_what_is_chosen_in_a_dropdown_is_what_the_next_cell_gets(page, lab):
    panel = open_notebook(page, lab, "03_filter.ipynb")
    run_all(page, panel)
    flavor = panel.get_by_label("Flavor").first
    expect(flavor.locator("option:checked")).to_contain_text("0.5 GiB RAM")
    flavor.select_option(index=1)
    expect(flavor.locator("option:checked")).to_contain_text("1 GiB RAM")
    ids = panel.locator(".jp-CodeCell", has_text="flavor_id = flavor_chooser.value")
    before = ids.locator(".jp-OutputArea-output").text_content()
    assert re.fullmatch(r"\('[\w-]{36}',\s+'[\w-]{36}',\s+'[\w-]{36}'\)\s*", before)
    run_cell(page, ids)
    expect(ids.locator(".jp-OutputArea-output")).not_to_have_text(before)


def test_the_form_narrows_its_dropdowns_as_requirements_change(page, lab):
    panel = open_notebook(page, lab, "03_filter.ipynb")
    run_all(page, panel)
    flavor = panel.get_by_label("Flavor").last
    expect(flavor.locator("option")).to_have_count(2)
    memory = panel.get_by_label("RAM (MiB)")
    memory.fill("512")
    memory.press("Tab")
    expect(flavor.locator("option")).to_have_count(1)
    memory.fill("0")
    memory.press("Tab")
    expect(flavor.locator("option")).to_have_text(["No flavor matches: ask for less"])


def test_an_exercise_done_wrong_and_then_right(page, lab):
    panel = open_notebook(page, lab, "00_start_here.ipynb")
    run_all(page, panel)
    exercise = panel.locator(".jp-CodeCell", has_text="Your code here")
    check = panel.locator(".jp-CodeCell", has_text='check("MiB"')
    for answer, verdict in (("20", "Not yet: One GiB is 1024 MiB."), ("20 * 1024", "Right: well done.")):
        exercise.locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(f"answer = {answer}")
        page.keyboard.press("Control+Enter")
        exercise = panel.locator(".jp-CodeCell", has_text=re.compile(r"answer = 20"))
        run_cell(page, check)
        expect(check.locator(".jp-OutputArea-output")).to_contain_text(verdict)


def run_cell(page, cell):
    """Run one cell."""
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
