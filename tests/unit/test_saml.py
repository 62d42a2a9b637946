"""The stand-in for SAML's XML schemas behaves as the module that it stands in for."""

import importlib
import sys

import pytest

from practice_cloud.services.keystone.saml import load_schemas_late


@pytest.fixture
def schemas(monkeypatch):
    """The stand-in, as Keystone imports it."""
    monkeypatch.delitem(sys.modules, "saml2.xml.schema", raising=False)
    load_schemas_late()
    return importlib.import_module("saml2.xml.schema")


def test_it_validates_with_the_real_schemas(schemas, tmp_path):
    document = tmp_path / "document.xml"
    document.write_text("<nothing/>")
    with pytest.raises(schemas.XMLSchemaError, match="nothing"):
        schemas.validate(str(document))
