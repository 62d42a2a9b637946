"""Write into the course where a reader is and how long it takes: python tests/tools/navigation.py [--count [FOLDER]]

It writes the navigation line of each notebook, at its top and bottom, and the minutes in the tables of the README and
of notebook 00. It runs no notebook. With --count it writes nothing, and prints words, exercises and minutes of the
notebooks in a folder, which may be those of an older version.
"""

import json
import math
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
README = ROOT / "README.md"

# How long it takes, in minutes: by a learner who reads everything, runs everything and does all exercises.
WORDS_A_MINUTE = 180
CODE_LINES_A_MINUTE = 12
MINUTES_AN_EXERCISE = 2
# Some exercises are longer. One line of a solution is "if answer is ...".
SHORT_SOLUTION_LINES = 4
MINUTES_A_FURTHER_LINE = 0.5

# A lane leads through the first notebooks to a floating IP, and leaves out what comes after this heading.
LANE = slice(0, 6)
DEEPER = "## Going deeper"
LANE_MINUTES, LANE_WORDS, LANE_EXERCISES = 45, 3000, 7

_LINE = re.compile(r"^\*(?:NAVIGATION|Notebook \d+ of \d+ · .*)\*$", re.MULTILINE)
_MARKUP = re.compile(r"<[^>]+>|[|#*`>-]")
_WAIT = re.compile(r"\((\d+\.\d) s\)")
_ROW = re.compile(r"^(\| \[?(\d\d_\w+)[^|]*\|[^|]*\|)(.*)\|$")
_PART = re.compile(r"^(\*\*Part \w+\*\*, )\d+( minutes)")


class Effort(NamedTuple):
    """What some cells ask of a learner."""

    words: int
    notes: int
    exercises: int
    minutes: float


def read_cells(path: Path) -> list[dict]:
    """Return the cells of a notebook, each with its source as one text."""
    return [cell | {"source": "".join(cell["source"])} for cell in json.loads(path.read_text("utf-8"))["cells"]]


def measure(cells: list[dict]) -> Effort:
    """Return how many words a learner and a speaker read, how many exercises there are, and how long it all takes."""
    words = notes = exercises = 0
    minutes = 0.0
    for cell in cells:
        tags = cell["metadata"].get("tags", [])
        if cell["cell_type"] == "markdown":
            count = len(_MARKUP.sub(" ", _LINE.sub("", cell["source"])).split())
            folded = _is_note(cell)
            words, notes = words + count * (not folded), notes + count * folded
            continue
        lines = [line for line in cell["source"].splitlines() if line.strip() and not re.match(" *#", line)]
        if "solution" in tags:
            exercises += 1
            further = max(0, len([line for line in lines if "import Solution" not in line]) - SHORT_SOLUTION_LINES)
            minutes += MINUTES_AN_EXERCISE + MINUTES_A_FURTHER_LINE * further
        elif not {"exercise", "check"} & set(tags):
            minutes += len(lines) / CODE_LINES_A_MINUTE
        minutes += _waited(cell) / 60
    return Effort(words, notes, exercises, minutes + words / WORDS_A_MINUTE)


def _is_note(cell: dict) -> bool:
    """Return whether a cell is for a speaker. Older versions of the course fold it by a setting of JupyterLab."""
    metadata = cell["metadata"]
    return metadata.get("slideshow", {}).get("slide_type") == "notes" or "source_hidden" in metadata.get("jupyter", {})


def _waited(cell: dict) -> float:
    """Return how many seconds a cell waited when its outputs were stored, as far as it says so."""
    texts = ["".join(o.get("text", o.get("data", {}).get("text/plain", ""))) for o in cell.get("outputs", [])]
    return sum(float(seconds) for text in texts for seconds in _WAIT.findall(text)[-1:])


def lane_cells(path: Path) -> list[dict]:
    """Return the cells of a notebook that belong to the lane: all before the heading."""
    cells = read_cells(path)
    deeper = [number for number, cell in enumerate(cells) if cell["source"].startswith(DEEPER)]
    return cells[: deeper[0]] if deeper else cells


def all_minutes(path: Path) -> int:
    """Return how long a notebook takes, rounded up to 5 minutes; one that is in the lane as a whole is not rounded."""
    if in_lane(path) and len(lane_cells(path)) == len(read_cells(path)):
        return lane_minutes(path)
    return 5 * math.ceil(measure(read_cells(path)).minutes / 5)


def lane_minutes(path: Path) -> int:
    """Return how long a notebook's part of the lane takes."""
    return round(measure(lane_cells(path)).minutes)


def in_lane(path: Path) -> bool:
    """Return whether the lane leads through a notebook."""
    return path in NOTEBOOKS[LANE]


def title(path: Path) -> str:
    """Return the heading of a notebook."""
    return read_cells(path)[0]["source"].splitlines()[0].removeprefix("# ")


def navigation(path: Path) -> str:
    """Return the navigation line of a notebook."""
    number = NOTEBOOKS.index(path)
    minutes = f"{all_minutes(path)} minutes"
    if in_lane(path) and len(lane_cells(path)) < len(read_cells(path)):
        minutes = f"{lane_minutes(path)} minutes, or {all_minutes(path)} with Going deeper"
    parts = [f"Notebook {number} of {len(NOTEBOOKS) - 1}", minutes]
    if number:
        parts.append(f"before: [{title(NOTEBOOKS[number - 1])}]({NOTEBOOKS[number - 1].name})")
    if path != NOTEBOOKS[-1]:
        parts.append(f"next: [{title(NOTEBOOKS[number + 1])}]({NOTEBOOKS[number + 1].name})")
    return f"*{' · '.join(parts)}*"


def with_navigation(text: str, path: Path) -> str:
    """Return the text of a notebook's first or last cell with the right navigation line."""
    return _LINE.sub(lambda _: navigation(path), text)


def with_minutes(text: str) -> str:
    """Return a text with the right minutes in its tables of notebooks.

    The last column is the minutes of the whole notebook; one before it, if there is one, those of the lane. A line that
    begins like "**Part one**, 140 minutes" has the sum of the rows that follow it.
    """
    paths, lines = {path.stem: path for path in NOTEBOOKS}, text.splitlines(keepends=True)
    part = total = None
    for number, line in enumerate(lines):
        if _PART.match(line):
            part, total = number, 0
        elif (row := _ROW.match(line.rstrip("\n"))) and (path := paths.get(row[2])):
            lane = [str(lane_minutes(path)) if in_lane(path) else ""] * row[3].count("|")
            lines[number] = line.replace(row[0], f"{row[1]} {' | '.join([*lane, str(all_minutes(path))])} |")
            if part is not None:
                total += all_minutes(path)
                lines[part] = _PART.sub(rf"\g<1>{total}\g<2>", lines[part])
    return "".join(lines)


def write_all() -> None:
    """Write all navigation lines and minutes."""
    _write(README, with_minutes(README.read_text("utf-8")))
    for path in NOTEBOOKS:
        notebook = json.loads(path.read_text("utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                text = with_navigation("".join(cell["source"]), path)
                text = with_minutes(text) if path == NOTEBOOKS[0] else text
                cell["source"] = text.splitlines(keepends=True)
        _write(path, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")


def _write(path: Path, text: str) -> None:
    """Write a file if that changes it: somebody may be reading it."""
    if path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def print_counts(folder: Path) -> None:
    """Print what the notebooks in a folder ask of a learner."""
    paths = sorted(folder.glob("*.ipynb"))
    efforts = {path.stem: measure(read_cells(path)) for path in paths}
    efforts["all"] = Effort(*map(sum, zip(*efforts.values(), strict=True)))
    efforts["lane"] = Effort(*map(sum, zip(*(measure(lane_cells(path)) for path in paths[LANE]), strict=True)))
    print(f"{'':24}{'words':>7}{'notes':>7}{'exercises':>11}{'minutes':>9}")
    for name, (words, notes, exercises, minutes) in efforts.items():
        print(f"{name:24}{words:7}{notes:7}{exercises:11}{minutes:9.1f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--count"]:
        print_counts(Path(*sys.argv[2:3] or [ROOT / "notebooks"]))
    else:
        write_all()
