"""What the supervisor does before it starts anything."""

import resource
from unittest import mock

import pytest

from practice_cloud.supervisor import supervisor


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((256, 4096), [(4096, 4096)]),
        ((256, 2**20), [(10240, 2**20)]),
        ((256, resource.RLIM_INFINITY), [(10240, resource.RLIM_INFINITY)]),
        ((11000, 12000), []),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), []),
    ],
    ids=["P2 what the system allows", "P2 what macOS allows", "P2 all is allowed", "P2 enough", "P2 no limit"],
)
def test_more_files_may_be_open(monkeypatch, before, after):
    monkeypatch.setattr(resource, "getrlimit", lambda _: before)
    monkeypatch.setattr(resource, "setrlimit", change := mock.Mock())
    supervisor._allow_open_files()
    assert [call.args[1] for call in change.call_args_list] == after


def test_p2_a_system_may_refuse(monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 4096))
    monkeypatch.setattr(resource, "setrlimit", mock.Mock(side_effect=ValueError))
    supervisor._allow_open_files()
