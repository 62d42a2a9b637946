"""PracticeCloud, for programs, and its bug report."""

from zipfile import ZipFile

import openstack
import pytest
from shared.cloud import practice_cloud_command

from practice_cloud import PracticeCloud, PracticeCloudError
from practice_cloud.base import json_store
from practice_cloud.base.home import Home


def test_it_runs_in_a_with_block(another_home):
    with PracticeCloud(another_home) as cloud:
        config = openstack.config.OpenStackConfig(config_files=[str(cloud.clouds_yaml)], load_envvars=False)
        assert openstack.connection.Connection(config=config.get_one("practice")).list_flavors()
        with PracticeCloud(another_home):
            assert cloud.status()["running"]
        assert cloud.status()["running"]
    assert not cloud.status()["running"]


def test_logs_for_a_bug_report_have_no_secrets(cloud, cloud_home, tmp_path):
    secrets = json_store.load(Home(), "secrets").values()
    verbose_log = cloud_home / "logs" / "verbose.log"
    verbose_log.write_text(f"a more verbose log has {' '.join(secrets)}\n")
    said = practice_cloud_command("logs", str(tmp_path / "report.zip"))
    verbose_log.unlink()  # Other tests read all logs of this cloud.
    assert (said.returncode, said.stdout) == (0, f"{tmp_path / 'report.zip'}\n")
    assert (tmp_path / "report.zip").stat().st_mode & 0o077 == 0
    with ZipFile(tmp_path / "report.zip") as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {"status.json", "catalog.yaml", "versions.txt", "logs/nova.log"} < texts.keys()
    assert "a more verbose log has *** ***" in texts["logs/verbose.log"]
    assert not [name for name, text in texts.items() if any(secret in text for secret in secrets)]


def test_a_cloud_that_does_not_exist_has_no_logs(tmp_path):
    with pytest.raises(PracticeCloudError, match="Start it first"):
        PracticeCloud(tmp_path).logs(tmp_path / "report.zip")
    assert list(tmp_path.iterdir()) == []
