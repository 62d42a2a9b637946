"""Widgets that have the keyboard to themselves while they have the focus."""

from typing import Any

from IPython.core.display import HTML
from IPython.display import display

# JupyterLab takes arrow keys and letters as commands for its cells, unless the focused element has this attribute
# (see CommandRegistry in https://github.com/jupyterlab/lumino).
_KEEP_KEYS = """<script>
document.addEventListener("focusin", ({target}) => {
    if (target.closest(".jupyter-widgets")) target.setAttribute("data-lm-suppress-shortcuts", "true");
});
</script>"""


class KeepsKeys:
    """Keeps keys from JupyterLab, for a widget that inherits it first."""

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        display(HTML(_KEEP_KEYS))
        return super()._repr_mimebundle_(**kwargs)  # pyright: ignore[reportAttributeAccessIssue]
