"""Checkpoints: states of the practice cloud that are saved under a name."""

import json

import pytest

import practice_cloud


@pytest.mark.parametrize("name", ["../evil", "", "a b", "/tmp"])
def test_a_name_is_no_path(cloud, name):
    for function in (cloud.save, cloud.load):
        with pytest.raises(practice_cloud.PracticeCloudError, match="letters, digits"):
            function(name)


def test_what_was_not_saved_or_on_another_cloud_is_told(cloud, cloud_home):
    cloud.save("known")
    with pytest.raises(
        practice_cloud.PracticeCloudError, match=r"There is no checkpoint 'unknown'. Checkpoints: .*known"
    ):
        cloud.load("unknown")
    built = cloud_home / "saved" / "known" / "built.json"
    built.write_text(json.dumps(json.loads(built.read_text()) | {"nova": "1.0"}))
    with pytest.raises(practice_cloud.PracticeCloudError, match="another practice cloud: nova changed"):
        cloud.load("known")


def test_there_is_nothing_to_save_before_the_first_start(tmp_path, monkeypatch):
    monkeypatch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path))
    with pytest.raises(practice_cloud.PracticeCloudError, match="Start it first"):
        practice_cloud.save("x")
