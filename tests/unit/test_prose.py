"""Messages, hints and docstrings are plain English."""

import ast
import re

import pytest
from conftest import ROOT

FILES = sorted((ROOT / "helpers").rglob("*.py"))
TICS = re.compile(
    r"\b(is|are|was|were) to (be|have)\b|\bno more\b(?! to| than)|\bthere is no \w+ more\b|\banew\b|\bwhoever\b"
    r"|\bwhere there (is|are) (no|none)\b|\btells\b|\balso when\b|\bsays? (of|about) (itself|themselves)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(ROOT / "helpers")))
def test_no_text_sounds_translated(file):
    texts = [node.value for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Constant)]
    lines = [" ".join(text.split()) for text in texts if isinstance(text, str)]
    assert not [line for line in lines if TICS.search(line)]
