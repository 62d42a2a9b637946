"""A catalog with a mistake is refused before anything is built from it."""

import re

import pytest
from conftest import home_at

from practice_cloud.base.catalog import load_catalog
from practice_cloud.base.errors import PracticeCloudError
from practice_cloud.base.home import PACKAGE, Home

SHIPPED = (PACKAGE / "catalog.yaml").read_text()

MISTAKES = [
    ("quotas: {.*}", "", "line 4, the whole file: 'quotas' is a required property. The keys are region"),
    ("user: learner", "user: 007", r"line 5, user: 7 is not of type 'string'. Put it in quotes."),
    ("region: Fra1", "region: 1", "line 4, region: 1 is not of type 'string'. Put it in quotes."),
    ("ram: 512", "ram: 512 MB", "line 20, flavors.0.ram: '512 MB' is not of type 'integer'. A whole"),
    ("vcpus: 1, ram: 512", "vcpus: 0, ram: 512", "line 20, flavors.0.vcpus: 0 is less than the minimum of 1."),
    ('os_version: "12"', "os_version: 12", "os_version: 12 is not of type 'string'. Put it"),
    ("disk: 10}", "disk: 10, cpu: 1}", "line 20, flavors.0: Additional properties .*'cpu'.* Example"),
    ("os_distro: fedora", "visibility: private", "images.9: 'visibility' should not be .* Leave it out"),
    ("1C-1GB-20GB", "1C-0.5GB-10GB", "line 21, flavors.1.name: two flavors have the name"),
    ("192.168.122.0/24", "203.0.0.0/16", "project.cidr: it overlaps the external network, 203.0.113"),
    ("203.0.113.0/24", "203.0.113.7/24", "external.cidr: 203.0.113.7/24 has host bits set"),
    (", router: test-router", "", "networks.project: 'router' is a required property."),
    (
        "os_distro: fedora",
        'os_hidden: "true"',
        "os_hidden: 'true' is not of type 'boolean'. It is true",
    ),
    ("os_distro: fedora", "min_disk: 8 GiB", "min_disk: '8 GiB' is not of type 'integer'. A whole"),
    ("flavors:", "flavors: [", "catalog.yaml is not YAML: .* line"),
    (r"[\s\S]+", "", "line 1, the whole file: None is not of type 'object'. The keys are"),
]


def test_the_catalog_that_is_shipped_has_no_mistake(tmp_path):
    with home_at(tmp_path):
        assert load_catalog(Home())["region"] == "Fra1"


def test_c6_an_image_may_be_hidden_and_protected(tmp_path):
    (tmp_path / "catalog.yaml").write_text(SHIPPED.replace("os_distro: fedora", "os_hidden: true, protected: false"))
    with home_at(tmp_path):
        assert [image.get("os_hidden") for image in load_catalog(Home())["images"]].count(True) == 1


@pytest.mark.parametrize(("right", "wrong", "said"), MISTAKES)
def test_a_mistake_is_named_with_its_line_and_what_is_right(tmp_path, right, wrong, said):
    (tmp_path / "catalog.yaml").write_text(re.sub(right, wrong, SHIPPED, count=1))
    with home_at(tmp_path), pytest.raises(PracticeCloudError, match=said) as caught:
        load_catalog(Home())
    assert str(caught.value).startswith(str(tmp_path / "catalog.yaml"))
    assert "\n" not in str(caught.value)
