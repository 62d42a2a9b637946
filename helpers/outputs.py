"""What helpers show: HTML in a notebook, in the colours of its theme, and a text everywhere else."""

import html
import re

from IPython.display import HTML

# JupyterLab's colours in a light and in a dark theme, and those of a page that has none of them.
SUCCESS, INFO = "var(--jp-success-color1, #2e7d32)", "var(--jp-info-color1, #0277bd)"
WARNING, BORDER = "var(--jp-warn-color1, #e65100)", "var(--jp-border-color1, #9e9e9e)"
# What a learner types: in backticks, a call, a name that begins with conn, or one with an underscore.
_CODE = re.compile(r"`([^`]+)`|(\b[\w.]+\w\((?:[^()]|\([^()]*\))*\)|\bconn(?:\.\w+)+|\b\w+_\w+(?:\.\w+)*)")


class Output(HTML):
    """HTML, and the text that a terminal, nbval or a file shows instead of it."""

    def __init__(self, data: str, text: str) -> None:
        super().__init__(data)
        self.text = text

    def __repr__(self) -> str:
        return self.text


def prose(text: str) -> str:
    """Return a sentence as HTML, with what a learner types set as code."""
    return _CODE.sub(lambda found: f"<code>{found[1] or found[2]}</code>", html.escape(text, quote=False))
