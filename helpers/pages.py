"""Show a web page inside of a notebook."""

import html
import re
import textwrap

from helpers.outputs import BORDER, Output

# A page without colours of its own is black on white, in a dark theme, too.
_PAGE = "background: white; border: 0; display: block; height: 9em; width: 100%"


def show_page(url: str, text: str) -> Output:
    """Return a page in a frame, below its address; scripts in it do not run.

    Args:
        url: The address of the page.
        text: The page itself, as HTML.

    Example: show_page(url, requests.get(url, timeout=5).text)
    """
    words = html.unescape(re.sub(r"(?is)<(script|style|title)\b.*?</\1>|<[^>]*>", " ", text))
    bar = f'<div style="border-bottom: 1px solid {BORDER}; padding: 0.3em 0.8em"><code>{html.escape(url)}</code></div>'
    page = (
        f'<iframe sandbox title="The page at {html.escape(url)}" srcdoc="{html.escape(text)}" style="{_PAGE}"></iframe>'
    )
    frame = f'<div style="border: 1px solid {BORDER}; border-radius: 6px; overflow: hidden">{bar}{page}</div>'
    return Output(frame, f"{url} shows: {textwrap.shorten(words, 300, placeholder=' ...')}")
