"""Every notebook does what its stored outputs say (nbval, strict), and is built as all of them are."""

from conftest import NOTEBOOKS, ROOT
from nbval.plugin import get_sanitize_patterns
from refresh_notebooks import SANITIZERS, sanitized
from shared.notebooks import do_what_their_outputs_say


def test_notebooks_do_what_their_outputs_say(cloud_home, environment):
    do_what_their_outputs_say(NOTEBOOKS, environment)


def test_nbval_reads_every_rule_of_what_differs():
    """It passes over one that it cannot read, such as one that replaces something with nothing."""
    rules = [(SANITIZERS[section]["regex"], SANITIZERS[section]["replace"]) for section in SANITIZERS.sections()]
    assert get_sanitize_patterns((ROOT / "tests" / "sanitize.cfg").read_text(encoding="utf-8")) == rules


def test_a_slow_run_of_timeit_is_no_difference():
    lines = [
        "2.5 ms ± 1 ms per loop (mean)\n",
        "The slowest run took 4.77 times longer than the fastest. It may be cached.\n74 ms ± 5.1 ms per loop (mean)\n",
    ]
    assert sanitized(lines[0]) == sanitized(lines[1])
