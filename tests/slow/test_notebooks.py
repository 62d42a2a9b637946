"""Every notebook does what its stored outputs say (nbval, strict), whatever was run before it."""

from conftest import NOTEBOOKS
from shared.notebooks import do_what_their_outputs_say


def test_notebooks_do_what_their_outputs_say_in_any_order(cloud_home, environment):
    """First in the opposite order, then in the usual one."""
    do_what_their_outputs_say(NOTEBOOKS[::-1], environment)
    do_what_their_outputs_say(NOTEBOOKS, environment)
