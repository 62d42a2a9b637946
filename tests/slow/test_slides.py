"""Each notebook is also a deck of slides: every section has one, and nothing on it is out of sight."""

import io
import os
import re
import tarfile
import urllib.request
from functools import cache
from pathlib import Path

import nbformat
import pytest
from conftest import NOTEBOOKS
from shared.slides import OFFLINE, PACKAGES, build_decks

WIDTH, HEIGHT = 1280, 720
# Where a deck loads its libraries from, and the npm packages that have the same files.
ON_NPM = {
    r"https://unpkg\.com/reveal\.js@([\d.]+)/(.+)": ("reveal.js", r"\1", r"\2"),
    r"https://cdnjs\.cloudflare\.com/.*/require\.min\.js": ("requirejs", "2.3.7", "require.js"),
    r"https://cdnjs\.cloudflare\.com/.*/jquery\.min\.js": ("jquery", "3.7.1", "dist/jquery.min.js"),
}
GO_THERE_AND_MEASURE = """async ([h, v]) => {
    const inner = [...document.querySelectorAll('.slides > section')][h].querySelectorAll(':scope > section')[v];
    location.hash = `#/${h}/${v}`;
    while (!inner.classList.contains('present')) await new Promise(requestAnimationFrame);
    const boxes = [...inner.querySelectorAll('*')].map(element => element.getBoundingClientRect());
    const seen = boxes.filter(box => box.width && box.height);
    return [
        (inner.querySelector('h1, h2, h3') ?? inner).textContent.replace('¶', '').trim().slice(0, 80),
        ...['left', 'top'].map(side => Math.min(...seen.map(box => box[side]))),
        ...['right', 'bottom'].map(side => Math.max(...seen.map(box => box[side]))),
    ];
}"""


@cache
def npm_file(package: str, version: str, path: str) -> bytes:
    """Return one file of a package of the npm registry."""
    return npm_package(package, version).extractfile(f"package/{path}").read()


@cache
def npm_package(package: str, version: str) -> tarfile.TarFile:
    """Return a package of the npm registry."""
    with urllib.request.urlopen(f"https://registry.npmjs.org/{package}/-/{package}-{version}.tgz") as answer:
        return tarfile.open(fileobj=io.BytesIO(answer.read()))


def from_npm(route) -> None:
    """Give a deck its libraries from npm, and nothing else of the Internet."""
    for address, package in ON_NPM.items():
        if found := re.fullmatch(address, route.request.url):
            body = npm_file(*map(found.expand, package))
            return route.fulfill(body=body, content_type={".css": "text/css"}.get(route.request.url[-4:]))
    return route.abort()


@pytest.fixture(scope="module")
def page(browser):
    """A window of the size of a projector."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
    page.route(re.compile("^https?:"), from_npm)
    return page


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_section_has_a_slide_and_nothing_is_out_of_sight(page, decks, notebook):
    page.goto((decks / f"{notebook.stem}.slides.html").as_uri())
    page.wait_for_selector(".reveal.ready")
    page.add_style_tag(content="* { transition: none !important }")
    stacks = page.locator(".slides > section").evaluate_all("stacks => stacks.map(stack => stack.children.length)")
    shown = [page.evaluate(GO_THERE_AND_MEASURE, [h, v]) for h, height in enumerate(stacks) for v in range(height)]
    if folder := os.environ.get("SCREENSHOTS"):
        page.evaluate("location.hash = '#/1'")
        page.screenshot(path=Path(folder) / f"slide-{notebook.stem}.png")
    cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "markdown"]
    sections = [cell.source.splitlines()[0].strip("# ").replace("`", "") for cell in cells if cell.source[0] == "#"]
    assert [title for title in sections if title not in [slide[0] for slide in shown]] == []
    assert [slide for slide in shown if min(slide[1:3]) < 0 or slide[3] > WIDTH or slide[4] > HEIGHT] == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_deck_has_notes_for_the_speaker_and_no_solutions(decks, notebook):
    deck = (decks / f"{notebook.stem}.slides.html").read_text()
    notes = re.findall(r'<aside class="notes">(.*?)</aside>', deck, re.DOTALL)
    cells = [
        cell for cell in nbformat.read(notebook, as_version=4).cells if cell.metadata.slideshow.slide_type == "notes"
    ]
    assert len(notes) == len(cells)
    assert all("<details open>" in note and "For the speaker" in note and len(note.split()) > 5 for note in notes)
    assert not re.search("Solved: |Solution \\(click", deck)


def test_a_deck_needs_no_internet_with_libraries_from_npm(browser, tmp_path):
    for package, version in (name.split("@") for name in PACKAGES):
        npm_package(package, version).extractall(tmp_path / "unpacked", filter="data")
        (tmp_path / "node_modules").mkdir(exist_ok=True)
        (tmp_path / "unpacked" / "package").rename(tmp_path / "node_modules" / package)
    build_decks(tmp_path, f"notebooks/{NOTEBOOKS[0].name}", OFFLINE)
    page = browser.new_page()
    page.route(re.compile("^https?:"), lambda route: route.abort())
    page.goto((tmp_path / f"{NOTEBOOKS[0].stem}.slides.html").as_uri())
    page.wait_for_selector(".reveal.ready")
    assert page.locator(".slides > section").count() > 1
    page.close()
