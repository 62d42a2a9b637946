"""What a cloud that was built is made of, and what makes it be built anew."""

from dataclasses import replace

from practice_cloud.base.catalog import load_catalog
from practice_cloud.base.home import Home
from practice_cloud.services import SERVICES
from practice_cloud.state.fingerprint import changed_inputs, fingerprint


def one_table() -> None:
    """Make a table."""
    return "CREATE TABLE one"


def another_table() -> None:
    """Make a table."""
    return "CREATE TABLE another"


def made_with(create_tables, monkeypatch) -> dict[str, str]:
    """Return the fingerprint of a cloud whose Neutron makes its tables in some way."""
    with monkeypatch.context() as patch:
        patch.setitem(SERVICES, "neutron", replace(SERVICES["neutron"], create_tables=create_tables))
        return fingerprint(load_catalog(Home()), {"admin": "secret"})


def test_a_cloud_is_built_anew_when_a_service_makes_other_tables(monkeypatch, tmp_path):
    monkeypatch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path))
    before, after = made_with(one_table, monkeypatch), made_with(another_table, monkeypatch)
    assert changed_inputs(before, after) == "the build"
