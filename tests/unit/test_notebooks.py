"""Every notebook does what its stored outputs say (nbval, strict), and is built as all of them are."""

import json
import re

import navigation
import nbformat
import pytest
from conftest import NOTEBOOKS, README, ROOT
from navigation import DEEPER
from refresh_notebooks import drop_what_is_not_kept, keep_what_is_equal

EXERCISE = ("exercise", "solution", "check")
SOLUTION = re.compile(
    r"# Solution \(click to open\)\n(from helpers import Solution\n\n)?"
    r"if answer is \.\.\.:\n((    .*)?\n)* {4,}answer = Solution\("
)
FOR_THE_SPEAKER = "<details>\n<summary>For the speaker</summary>\n\n"
SLIDES = ("slide", "subslide")


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


def tagged(notebook, tag: str) -> list:
    """Return the cells with a tag."""
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", ())]


def kind(cell) -> str:
    """Return what a cell is in the slides."""
    return cell.metadata.slideshow.slide_type


def test_has_one_title_and_the_parts_that_all_have(notebook):
    assert len(re.findall(r"^# ", prose(notebook), re.MULTILINE)) == 1
    first = notebook.cells[0].source.split("\n\n")
    assert first[0].startswith("# ")
    assert first[1].startswith("*Notebook ")
    assert "you can" in notebook.cells[0].source
    assert len(re.findall(r"^- ", notebook.cells[0].source, re.MULTILINE)) <= 3
    last = notebook.cells[-1].source
    assert last.startswith("## What you have learned")
    assert len(re.findall(r"^- ", last, re.MULTILINE)) in (3, 4)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_top_and_bottom_say_where_the_reader_is_and_how_long_it_takes(path):
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells]
    assert f"\n\n{navigation.navigation(path)}\n\n" in cells[0]
    assert cells[-1].endswith(f"\n\n{navigation.navigation(path)}")
    assert [cell for cell in cells[1:-1] if navigation.with_navigation(cell, path) != cell] == []


def test_the_tables_of_the_readme_and_of_notebook_00_have_the_minutes():
    start = [cell.source for cell in nbformat.read(NOTEBOOKS[0], as_version=4).cells if cell.cell_type == "markdown"]
    for texts in ([README], start):
        assert [text for text in texts if navigation.with_minutes(text) != text] == []
        listed = re.findall(r"^\| \[?(\d\d_\w+)\b.*\| \d+ \|$", "\n".join(texts), re.MULTILINE)
        assert listed == [path.stem for path in NOTEBOOKS]


def test_the_lane_is_short():
    """It leads from the first line of notebook 00 to a floating IP that is attached."""
    paths = NOTEBOOKS[navigation.LANE]
    efforts = [navigation.measure(navigation.lane_cells(path)) for path in paths]
    assert sum(effort.words for effort in efforts) <= navigation.LANE_WORDS
    assert sum(effort.exercises for effort in efforts) <= navigation.LANE_EXERCISES
    assert sum(effort.minutes for effort in efforts) <= navigation.LANE_MINUTES


@pytest.mark.parametrize("number", range(1, navigation.LANE.stop))
def test_what_goes_deeper_comes_after_the_lane(number):
    """Its first cell says where the lane goes on."""
    cells = [cell.source for cell in nbformat.read(NOTEBOOKS[number], as_version=4).cells]
    (deeper,) = [cell for cell in cells if cell.startswith(DEEPER)]
    assert f"({NOTEBOOKS[number + 1].name}" in deeper


def test_only_the_lane_has_a_part_that_goes_deeper(notebook, request):
    path = request.node.callspec.params["notebook"]
    assert (f"\n{DEEPER}" in f"\n{prose(notebook)}") == (path in NOTEBOOKS[1 : navigation.LANE.stop])


def markdown(text: str) -> dict:
    return {"cell_type": "markdown", "source": text, "metadata": {}}


def code(text: str, *tags: str, output: str = "") -> dict:
    outputs = [{"text": [output]}] if output else []
    return {"cell_type": "code", "source": text, "metadata": {"tags": tags}, "outputs": outputs}


@pytest.mark.parametrize(
    ("cells", "minutes"),
    [
        ([markdown("word " * 180)], 1),
        ([markdown("word " * 180) | {"metadata": {"jupyter": {"source_hidden": True}}}], 0),
        ([markdown("*NAVIGATION*")], 0),
        ([code("one\n" * 12)], 1),
        ([code("# Your code here\nanswer = ...", "exercise"), code("# Open\nif answer is ...:\n    x", "solution")], 2),
        ([code("if answer is ...:\n" + "    x\n" * 7, "solution")], 4),
        ([code("", output="web: BUILD (30.0 s)\rweb: ACTIVE (60.0 s)")], 1),
    ],
    ids=["words", "notes", "navigation", "code", "an exercise", "a long exercise", "a wait"],
)
def test_minutes(cells, minutes):
    assert navigation.measure(cells).minutes == pytest.approx(minutes)


def test_minutes_are_written_into_tables():
    path, last = NOTEBOOKS[4], NOTEBOOKS[-1]
    text = f"**Part one**, 1 minutes:\n\n| [{path.stem}](x) | a | 1 | 2 |\n| {last.stem} | b |  | 3 |\n| other | 4 |\n"
    lane, both = navigation.lane_minutes(path), [navigation.all_minutes(path), navigation.all_minutes(last)]
    assert navigation.with_minutes(text) == (
        f"**Part one**, {sum(both)} minutes:\n\n| [{path.stem}](x) | a | {lane} | {both[0]} |\n"
        f"| {last.stem} | b |  | {both[1]} |\n| other | 4 |\n"
    )


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
    """Folded, it says what it is: JupyterLab shows its first line."""
    assert [cell.source for cell in tagged(notebook, "solution") if not SOLUTION.match(cell.source)] == []


def test_a_check_says_nothing_before_it_is_run(notebook):
    """Otherwise a learner who has not answered yet sees a verdict."""
    for cell in tagged(notebook, "check"):
        assert cell.outputs == []
        assert "nbval-ignore-output" in cell.metadata.tags


def test_there_is_enough_to_do(notebook):
    assert len(tagged(notebook, "exercise")) >= (1 if notebook.cells[0].source.startswith("# Start here") else 2)


def test_notes_for_the_speaker_are_folded(notebook):
    """JupyterLab shows the first line of a folded cell; the speaker's view of the slides has all of it."""
    notes = [cell for cell in notebook.cells if kind(cell) == "notes"]
    assert len(notes) >= 2
    for cell in notes:
        assert cell.source.startswith(FOR_THE_SPEAKER)
        assert cell.source.endswith("\n\n</details>")
    folded = [cell for cell in notebook.cells if cell.metadata.get("jupyter", {}).get("source_hidden")]
    assert folded == tagged(notebook, "solution")


def test_cells_are_small(notebook):
    lines = [cell.source.splitlines() for cell in code_cells(notebook)]
    assert [cell for cell in lines if len(cell) > 20 or max(map(len, cell)) > 88] == []


def test_every_cell_is_part_of_the_slides(notebook):
    kinds = {"slide", "subslide", "fragment", "notes", "skip", "-"}
    assert all(cell.metadata.slideshow.slide_type in kinds for cell in notebook.cells)


def test_no_slide_ends_in_the_middle(notebook):
    """A sentence with a colon is followed by what it announces; a slide has something on it."""
    shown: list[list] = []
    for cell in notebook.cells:
        shown += [[]] if kind(cell) in SLIDES else []
        if kind(cell) not in ("skip", "notes") and cell not in tagged(notebook, "solution"):
            shown[-1].append(cell)
    assert [number for number, cells in enumerate(shown) if not cells] == []
    ends = [cells[-1].source.strip() for cells in shown if cells[-1].cell_type == "markdown"]
    assert [end for end in ends if end.endswith(":")] == []


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


def test_a_refresh_keeps_neither_verdicts_nor_widgets():
    """Every check has run."""
    notebook = results("Solved: by the folded solution.", "Dropdown()", count=1)
    notebook.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {}}
    notebook.cells[0].metadata.tags = ["check"]
    notebook.cells[1].outputs[0].data["application/vnd.jupyter.widget-view+json"] = {}
    drop_what_is_not_kept(notebook)
    assert "widgets" not in notebook.metadata
    assert notebook.cells[0].outputs == []
    assert notebook.cells[0].execution_count == 1
    assert list(notebook.cells[1].outputs[0].data) == ["text/plain"]
