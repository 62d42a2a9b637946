"""Keystone without SAML's XML schemas, which take longer to load than all the rest of it."""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_SCHEMAS = "saml2.xml.schema"


class XMLSchemaError(Exception):
    """A document does not keep to its schema."""


def validate(document: Any, *arguments: Any) -> None:
    """Load the real module, and let it validate a document."""
    sys.modules.pop(_SCHEMAS, None)
    real = import_module(_SCHEMAS)
    try:
        real.validate(document, *arguments)
    except real.XMLSchemaError as error:
        raise XMLSchemaError(str(error)) from error


def load_schemas_late() -> None:
    """Load the schemas when a document is first validated: an ordinary cloud without federation has none."""
    stand_in = ModuleType(_SCHEMAS)
    vars(stand_in).update(XMLSchemaError=XMLSchemaError, validate=validate)
    sys.modules[_SCHEMAS] = stand_in
