"""Every notebook does what its stored outputs say (nbval, strict), and is built as all of them are."""

import json
import re

import nbformat
import pytest
from conftest import NOTEBOOKS, README, ROOT
from refresh_notebooks import keep_what_is_equal

EXERCISE = ("exercise", "solution", "check")
SOLUTION = re.compile(
    r"(from helpers import Solution\n\n)?if answer is \.\.\.:\n((    .*)?\n)* {4,}answer = Solution\("
)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem, scope="module")
def notebook(request):
    """Each notebook."""
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook) -> list:
    """Return the cells with code in them."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def prose(notebook) -> str:
    """Return all Markdown."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_opens_without_asking_for_a_kernel(notebook):
    assert notebook.metadata.kernelspec.name == "python3"
    assert "widgets" not in notebook.metadata


def test_has_one_title_and_the_parts_that_all_have(notebook):
    assert len(re.findall(r"^# ", prose(notebook), re.MULTILINE)) == 1
    assert notebook.cells[0].source.startswith("# ")
    assert "you can" in notebook.cells[0].source
    assert len(re.findall(r"^- ", notebook.cells[0].source, re.MULTILINE)) <= 3
    assert re.search(
        r"\| You need first \| Minutes for this notebook \|\n\|---\|---\|\n\| .+ \| \d+ \|$", notebook.cells[0].source
    )
    assert notebook.cells[-1].source.startswith("## What you have learned")


def test_the_readme_and_notebook_00_say_how_long_notebooks_take():
    firsts = {path.stem: nbformat.read(path, as_version=4).cells[0].source for path in NOTEBOOKS}
    minutes = {name: int(re.search(r"\| (\d+) \|$", first)[1]) for name, first in firsts.items()}
    start = prose(nbformat.read(NOTEBOOKS[0], as_version=4))
    for table in (README, start):
        told = {name: int(number) for name, number in re.findall(r"^\| \[?(\d\d_\w+).*?\| (\d+) \|$", table, re.M)}
        assert told == minutes
    sums = [sum(minutes[name] for name in minutes if (name < "09") == first) for first in (True, False)]
    assert [int(number) for number in re.findall(r"^\*\*Part \w+\*\*, (\d+) minutes", README, re.M)] == sums


@pytest.mark.parametrize("number", range(len(NOTEBOOKS)))
def test_leads_to_the_notebooks_before_and_after(number):
    end = nbformat.read(NOTEBOOKS[number], as_version=4).cells[-1].source
    neighbours = NOTEBOOKS[max(0, number - 1) : number + 2]
    assert [path.name for path in neighbours if path != NOTEBOOKS[number] and f"({path.name})" not in end] == []


def test_exercises_are_a_task_a_cell_a_solution_and_a_check(notebook):
    """The solution is folded."""
    kinds = [[tag for tag in cell.metadata.get("tags", ()) if tag in EXERCISE] for cell in notebook.cells]
    tasks = [number for number, cell in enumerate(notebook.cells) if cell.source.startswith("**Your turn.**")]
    for number in tasks:
        _, exercise, solution, _ = notebook.cells[number : number + 4]
        assert [kind for kinds_ in kinds[number + 1 : number + 4] for kind in kinds_] == list(EXERCISE)
        assert exercise.source.startswith("# Your code here")
        assert "..." in exercise.source
        assert solution.metadata.jupyter.source_hidden is True
    assert sum(map(len, kinds)) == 3 * len(tasks)


def test_a_solution_does_nothing_once_the_dots_are_replaced(notebook):
    solutions = [cell.source for cell in notebook.cells if "solution" in cell.metadata.get("tags", ())]
    assert [source for source in solutions if not SOLUTION.match(source)] == []


def test_every_solution_is_right_but_not_the_learners(notebook):
    checks = [cell for cell in notebook.cells if "check" in cell.metadata.get("tags", ())]
    assert all(cell.outputs[-1].data["text/plain"].startswith("Solved: ") for cell in checks)


def test_there_is_enough_to_do(notebook):
    assert sum("exercise" in cell.metadata.get("tags", ()) for cell in notebook.cells) >= 2


def test_every_section_but_the_last_has_notes_for_the_speaker(notebook):
    slides: list[list[str]] = []
    for cell in notebook.cells:
        kind = cell.metadata.slideshow.slide_type
        slides += [[]] if kind == "slide" else []
        slides[-1].append(cell.source if kind == "notes" else "")
    assert [number for number, notes in enumerate(slides[:-1]) if not any(notes)] == []


def test_cells_are_small(notebook):
    assert all(len(cell.source.splitlines()) <= 20 for cell in code_cells(notebook))


def test_every_cell_is_part_of_the_slides(notebook):
    kinds = {"slide", "subslide", "fragment", "notes", "skip", "-"}
    assert all(cell.metadata.slideshow.slide_type in kinds for cell in notebook.cells)


def test_every_section_begins_a_slide(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and re.search(r"^## ", cell.source, re.MULTILINE):
            assert cell.source.startswith("## ")
            assert cell.metadata.slideshow.slide_type == "slide"


def test_outputs_are_stored_in_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_outputs_tell_nothing_about_the_machine_they_come_from(notebook):
    text = json.dumps([cell.outputs for cell in code_cells(notebook)])
    assert not re.search(r"gAAAAA|password\\?\": |/tmp/|/root/|/home/|/Users/|site-packages", text)
    assert "widget-view+json" not in text


def test_links_lead_somewhere(notebook):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", prose(notebook))
    assert not [target for target in targets if not (ROOT / "notebooks" / target).exists()]


def results(*texts: str, count: int) -> nbformat.NotebookNode:
    """Return a notebook with cells that have run, and their outputs."""
    outputs = [nbformat.v4.new_output("execute_result", {"text/plain": text}, execution_count=count) for text in texts]
    cells = [
        nbformat.v4.new_code_cell("server.id", id=f"cell-{number}", outputs=[output], execution_count=count)
        for number, output in enumerate(outputs)
    ]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.mark.parametrize(
    ("new", "kept"), [("'ACTIVE'", True), ("'ERROR'", False)], ids=["only an id differs", "something else differs"]
)
def test_a_refresh_keeps_outputs_that_are_equal_for_nbval(new, kept):
    """It keeps them only if nbval would call all of them equal."""
    before, after = "'1ba57e5f-dd1b-5b44-a98e-98766bf6670c'", "'76a1585b-fd54-4769-9191-ed34b5487a19'"
    stored, notebook = results(before, "'ACTIVE'", count=1), results(after, new, count=2)
    keep_what_is_equal(notebook, stored)
    outputs = [cell.outputs[0] for cell in notebook.cells]
    assert [output.data["text/plain"] for output in outputs] == [before if kept else after, new]
    assert [output.execution_count for output in outputs] == [2, 2]
