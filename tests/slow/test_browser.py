"""A learner's first day and the next one, in JupyterLab in a real browser: it clicks the real widgets.

Set SCREENSHOTS to a folder to look at every notebook afterwards.
"""

import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from conftest import home_at
from shared.browser import (
    NAMES,
    choose_from_menu,
    errors,
    expect,
    of,
    replace_code,
    run_all,
    run_cell,
    wait_for_cells,
    wait_for_notebook,
)

import practice_cloud

# What the course puts on the page; the rest of it is JupyterLab's.
SHOWN = ":is(.jp-RenderedMarkdown, .jp-OutputArea-output)"


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
def test_the_plot_is_seen_and_has_a_text(panel):
    expect(panel.get_by_role("img", name="flavors by memory and vCPUs. These match: 1C-0.5GB-10GB")).to_be_visible()


@of("03_filter.ipynb")
def test_a_notebook_that_is_opened_again_has_its_dropdown_and_its_plot(panel, lab):
    """Its kernel runs on; no cell is run again."""
    choose_from_menu(panel.page, "File", re.compile("^Save All"))
    panel.page.goto("about:blank")
    panel.page.goto(lab.format("03_filter.ipynb"))
    wait_for_notebook(panel.page, "03_filter.ipynb")
    flavors = panel.get_by_label("Flavor")
    expect(flavors).to_be_visible()
    assert flavors.locator("option").count() > 1
    expect(panel.get_by_role("img", name="flavors by memory and vCPUs")).to_be_visible()


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
    expect(errors(cell)).to_contain_text("Interrupted: You stopped this cell")
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
