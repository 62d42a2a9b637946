"""Read catalog.yaml, which says what a practice cloud offers, and check it before anything is built from it."""

import ipaddress
from collections.abc import Iterator
from typing import Any

import yaml

from .errors import PracticeCloudError
from .home import PACKAGE, Home
from .optional_imports import SLOW_OPTIONAL, without_modules

# YAML reads some text as a number or a date.
_PUT_QUOTES = "Put it in quotes."


def load_catalog(home: Home) -> dict[str, Any]:
    """Return the contents of catalog.yaml.

    Raises:
        PracticeCloudError: The file has a mistake; the message names the line, the mistake and a correct value.
    """
    try:
        text = home.catalog_file.read_text(encoding="utf-8")
        catalog = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PracticeCloudError(f"{home.catalog_file} is not YAML: {' '.join(str(error).split())}") from None
    schema = yaml.safe_load((PACKAGE / "catalog.schema.yaml").read_text())
    for path, mistake in _mistakes(catalog, schema):
        where = f"{home.catalog_file}, line {_line(yaml.compose(text), path)}"
        raise PracticeCloudError(f"{where}, {'.'.join(map(str, path)) or 'the whole file'}: {mistake}")
    defaults = {key: value["default"] for key, value in schema["properties"].items() if "default" in value}
    return defaults | catalog


def _mistakes(catalog: Any, schema: Any) -> Iterator[tuple[list, str]]:
    """Yield each mistake: its path (keys and indices), and a sentence about it."""
    with without_modules(SLOW_OPTIONAL):
        import jsonschema  # Imported here, because status and stop do not need it.
        from jsonschema.exceptions import best_match

    if error := best_match(jsonschema.Draft202012Validator(schema).iter_errors(catalog)):
        text_wanted = error.validator == "type" and error.validator_value == "string"
        hint = _PUT_QUOTES if text_wanted else error.schema.get("description", "")
        yield list(error.absolute_path), f"{error.message}. {hint}".strip()
        return
    for kind in ("flavors", "images"):
        names = [item["name"] for item in catalog[kind]]
        for number, name in enumerate(names):
            if name in names[:number]:
                yield [kind, number, "name"], f"two {kind} have the name {name!r}. Rename one of them."
    networks = {}
    for key in ("external", "project"):
        try:
            networks[key] = ipaddress.ip_network(catalog["networks"][key]["cidr"])
        except ValueError as error:
            yield ["networks", key, "cidr"], f"{error}. A correct value is 192.168.122.0/24."
            return
    if networks["external"].overlaps(networks["project"]):
        yield ["networks", "project", "cidr"], f"it overlaps the external network, {networks['external']}."


def _line(node: Any, path: list) -> int:
    """Return the number of the line where the value at a path begins, or its closest existing parent."""
    for key in path:
        pairs = node.value if isinstance(node, yaml.MappingNode) else enumerate(node.value)
        node = next((value for name, value in pairs if getattr(name, "value", name) == key), node)
    return node.start_mark.line + 1 if node else 1
