"""Every notebook does what its stored outputs say (nbval, strict), whatever was run before it."""

from conftest import NOTEBOOKS
from shared.notebooks import do_what_their_outputs_say


def test_notebooks_do_what_their_outputs_say_in_the_opposite_order_and_again(cloud_home, environment):
    do_what_their_outputs_say(NOTEBOOKS[::-1], environment)
    do_what_their_outputs_say(NOTEBOOKS, environment)
