"""A learner's first day and the next one, in JupyterLab in a real browser: it clicks the real widgets.

Set SCREENSHOTS to a folder to look at every notebook afterwards.
"""

import re

from shared.browser import expect, of, run_cell


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
    pictures = panel.get_by_role("img", name=re.compile("^The network test-net"))
    expect(pictures).to_have_count(2)
    expect(pictures.last).to_be_visible()
    expect(pictures.last).to_have_attribute("alt", re.compile("The server my_server is ACTIVE"))
