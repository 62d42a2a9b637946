"""The tools that check the code, its types, its imports and its spelling find nothing."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

TOOLS = [
    ["ruff", "check", "--output-format=concise", "."],
    ["ruff", "format", "--check", "--output-format=concise", "."],
    ["typos"],
    ["deptry", "--no-ansi", "."],
    ["pyright", "--pythonpath", sys.executable],
    ["lint-imports", "--no-cache", "--no-logo"],
]


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: " ".join(tool[:2]))
def test_a_tool_has_nothing_to_say(tool):
    command = [Path(sys.executable).with_name(tool[0]), *tool[1:]]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
