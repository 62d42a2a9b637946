"""A learner's first day and the next one, in JupyterLab in a real browser: it clicks the real widgets.

Set SCREENSHOTS to a folder to look at every notebook afterwards.
"""

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
from conftest import NOTEBOOKS, README, ROOT, home_at

from helpers import practice_cloud

# Without what tests/requirements.txt lists, these tests are skipped and say why.
expect = pytest.importorskip("playwright.sync_api").expect
Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe
NAMES = [path.name for path in NOTEBOOKS]
# Also on a busy machine.
CELL_SECONDS, NOTEBOOK_SECONDS = 120, 600
expect.set_options(timeout=CELL_SECONDS * 1000)
# What the course puts on the page; the rest of it is JupyterLab's.
SHOWN = ":is(.jp-RenderedMarkdown, .jp-OutputArea-output)"


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
    page.get_by_role("listitem", name=re.compile(request.param)).dblclick()
    panel = wait_for_notebook(page, request.param)
    run_all(panel)
    yield panel
    # The page becomes slow with all that has been on it.
    choose_from_menu(page, "File", re.compile("^Save All"))
    expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)
    choose_from_menu(page, "File", re.compile("^Close All Tabs"))


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


def choose_from_menu(page, menu, item):
    """Click on a menu and on one of its items."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=item).click()


def wait_for_cells(panel):
    """Wait until every cell has run."""
    for prompt in ("[ ]:", "[*]"):
        expect(panel.locator(".jp-InputPrompt", has_text=prompt)).to_have_count(0, timeout=NOTEBOOK_SECONDS * 1000)


def run_all(panel):
    """Run all cells and wait for the last one."""
    choose_from_menu(panel.page, "Edit", "Clear Outputs of All Cells")
    choose_from_menu(panel.page, "Run", re.compile("^Run All Cells$"))
    wait_for_cells(panel)


def errors(panel):
    """Return the outputs that are errors, or that went where errors go."""
    return panel.locator("[data-mime-type='application/vnd.jupyter.stderr']")


@of(*NAMES)
def test_every_notebook_runs_without_an_error_and_is_accessible(panel, request):
    assert errors(panel).count() == 0
    assert panel.locator(".jp-RenderedMarkdown").first.is_visible()
    found = Axe().run(panel.page, context=f".jp-NotebookPanel:not(.lm-mod-hidden) {SHOWN}").response["violations"]
    serious = [violation for violation in found if violation["impact"] in ("serious", "critical")]
    assert [(violation["id"], [node["html"] for node in violation["nodes"]]) for violation in serious] == []
    if folder := os.environ.get("SCREENSHOTS"):
        take_screenshots(panel, Path(folder) / request.node.callspec.params["panel"])


def take_screenshots(panel, path):
    """Store what a reader sees while scrolling down."""
    scroller = panel.locator(".jp-WindowedPanel-outer")
    scroller.evaluate("element => element.scrollTo(0, 0)")
    panel.page.wait_for_timeout(500)
    for number in range(20):
        panel.page.screenshot(path=f"{path.with_suffix('')}-{number}.png")
        before = scroller.evaluate("element => element.scrollTop")
        scroller.evaluate("element => element.scrollBy(0, 1500)")
        panel.page.wait_for_timeout(300)
        if scroller.evaluate("element => element.scrollTop") == before:
            break


@of("03_filter.ipynb")
def test_what_is_chosen_in_a_dropdown_is_what_the_next_cell_gets(panel):
    flavor = panel.get_by_label("Flavor").first
    expect(flavor.locator("option:checked")).to_contain_text("0.5 GiB RAM")
    flavor.select_option(index=1)
    expect(flavor.locator("option:checked")).to_contain_text("1 GiB RAM")
    ids = panel.locator(".jp-CodeCell", has_text="flavor_id = flavor_chooser.value")
    before = ids.locator(".jp-OutputArea-output").text_content()
    assert re.fullmatch(r"\('[\w-]{36}',\s+'[\w-]{36}',\s+'[\w-]{36}'\)\s*", before)
    run_cell(ids)
    expect(ids.locator(".jp-OutputArea-output")).not_to_have_text(before)


@of("00_start_here.ipynb")
def test_an_exercise_done_wrong_and_then_right(panel):
    exercise = panel.locator(".jp-CodeCell", has_text="Your code here").first
    check = panel.locator(".jp-CodeCell", has_text='check("MiB"')
    for answer, verdict in (("20", "Not yet: One GiB is 1024 MiB."), ("20 * 1024", "Right: well done.")):
        replace_code(exercise, f"answer = {answer}")
        exercise = panel.locator(".jp-CodeCell", has_text=re.compile(r"answer = 20"))
        run_cell(check)
        expect(check.locator(".jp-OutputArea-output")).to_contain_text(verdict)


@of(NAMES[0])
def test_links_lead_from_notebook_to_notebook(panel, page):
    for name in NAMES[1:3]:
        panel.locator(f"a[href*='{name}']").last.click()
        # It changes when its kernel says which Python it is, and is not to be closed before that.
        expect(wait_for_notebook(page, name).locator("h1")).not_to_have_text("")


@of("03_filter.ipynb")
def test_a_dropdown_is_reached_and_used_with_the_keyboard_alone(panel):
    flavor, image = panel.get_by_label("Flavor").first, panel.get_by_label("Image").first
    before = panel.locator(".jp-CodeCell").count()
    # Whatever has been chosen before.
    flavor.select_option(index=0)
    flavor.focus()
    for key in ("ArrowDown", "m", "b"):
        panel.page.keyboard.press(key)
    expect(flavor.locator("option:checked")).to_contain_text("1 GiB RAM")
    expect(flavor).to_be_focused()
    assert panel.locator(".jp-CodeCell").count() == before
    for _ in range(20):
        panel.page.keyboard.press("Tab")
        if image.evaluate("element => element === document.activeElement"):
            break
    expect(image).to_be_focused()


@of("04_create.ipynb")
def test_a_server_comes_up_with_a_bar_and_a_picture(panel):
    expect(panel.get_by_role("progressbar", name="my_server").first).to_have_js_property("value", 1)
    pictures = panel.get_by_role("img", name="How the server is connected")
    expect(pictures).to_have_count(2)
    expect(pictures.last).to_be_visible()
    expect(panel.locator("figcaption").last).to_contain_text("the server my_server is on it")


@of("03_filter.ipynb")
def test_the_plot_is_seen_and_has_a_text(panel):
    expect(panel.get_by_role("img", name="flavors by memory and vCPUs. These match: 1C-0.5GB-10GB")).to_be_visible()


@of("05_floating_ip.ipynb")
def test_restarting_the_kernel_and_running_all_again_works(panel):
    first = panel.locator(".jp-InputPrompt", has_text="[1]")
    run_cell(panel.locator(".jp-CodeCell").first)
    expect(first).to_have_count(0)
    choose_from_menu(panel.page, "Kernel", re.compile("^Restart Kernel and Run All Cells"))
    panel.page.get_by_role("button", name="Confirm Kernel Restart").click()
    expect(first).to_have_count(1)
    wait_for_cells(panel)
    assert errors(panel).count() == 0


@of("04_create.ipynb")
def test_a_wait_is_interrupted_and_the_notebook_goes_on(panel):
    cell = panel.locator(".jp-CodeCell", has_text="Your code here").first
    wait = "wait_for_server(conn, server)"
    replace_code(cell, f"get, conn.get_server, server.status = conn.get_server, lambda _: server, 'BUILD'; {wait}")
    cell = panel.locator(".jp-CodeCell", has_text="conn.get_server, lambda")
    expect(cell.get_by_role("progressbar")).to_be_visible()
    expect(cell.locator(".jp-OutputArea-output").first).to_contain_text("BUILD")
    choose_from_menu(panel.page, "Kernel", re.compile("^Interrupt Kernel"))
    expect(errors(cell)).to_contain_text("KeyboardInterrupt")
    replace_code(cell, f"conn.get_server = get; {wait}.status")
    cell = panel.locator(".jp-CodeCell", has_text="conn.get_server = get")
    expect(cell.locator(".jp-OutputArea-output").last).to_contain_text("'ACTIVE'")


@of("04_create.ipynb")
def test_the_next_day_the_cloud_comes_back_with_what_was_on_it(panel, lab, cloud_home):
    ids = panel.locator(".jp-CodeCell", has_text="server.name, server.status, server.id")
    before = ids.locator(".jp-OutputArea-output").text_content()
    panel.page.goto("about:blank")
    with home_at(cloud_home):
        practice_cloud.stop()
    panel.page.goto(lab.format("04_create.ipynb"))
    wait_for_notebook(panel.page, "04_create.ipynb")
    run_all(panel)
    assert errors(panel).count() == 0
    assert ids.locator(".jp-OutputArea-output").text_content() == before


def run_cell(cell):
    """Run one cell."""
    cell.locator(".cm-content").click()
    cell.page.keyboard.press("Control+Enter")


def replace_code(cell, code):
    """Put other code into a cell, and run it."""
    cell.locator(".cm-content").click()
    cell.page.keyboard.press("Control+a")
    cell.page.keyboard.insert_text(code)
    cell.page.keyboard.press("Control+Enter")
