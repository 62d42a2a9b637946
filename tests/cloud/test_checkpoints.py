"""Checkpoints: states of the practice cloud that are saved under a name."""

import pytest

import practice_cloud


@pytest.mark.parametrize("name", ["../evil", "", "a b", "/tmp"])
def test_a_name_is_no_path(cloud, name):
    for function in (cloud.save, cloud.load):
        with pytest.raises(practice_cloud.PracticeCloudError, match="letters, digits"):
            function(name)


def test_there_is_nothing_to_save_before_the_first_start(tmp_path, monkeypatch):
    monkeypatch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path))
    with pytest.raises(practice_cloud.PracticeCloudError, match="Start it first"):
        practice_cloud.save("x")
