"""Each notebook is also a deck of slides: every section has one, and nothing on it is out of sight."""

import pytest
from conftest import NOTEBOOKS

WIDTH, HEIGHT = 1280, 720


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_deck_has_notes_for_the_speaker(decks, notebook):
    assert '<aside class="notes">' in (decks / f"{notebook.stem}.slides.html").read_text()
