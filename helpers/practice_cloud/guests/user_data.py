"""Reading user data: what the built-in guest understands of a cloud-config, and sentences about the rest."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

_SCHEMA = yaml.safe_load(Path(__file__).with_name("user_data.schema.yaml").read_text())
_OTHERS = {
    "#!": "the built-in guest runs no scripts, and this is one",
    "Content-Type:": "the built-in guest does not read MIME multipart",
    "MIME-Version:": "the built-in guest does not read MIME multipart",
}


class _Loader(yaml.SafeLoader):
    """Aliases can make a short text endlessly large."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "aliases are not allowed", self.peek_event().start_mark)
        return super().compose_node(parent, index)


def read(user_data: bytes, warn: Callable[[str], None]) -> dict[str, list[Any]]:
    """Return those lists of a cloud-config that the guest understands, without the entries that are wrong."""
    try:
        config = _load(user_data)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1} column {mark.column + 1}"
        warn(f"Failed loading yaml blob. Invalid format at {place}: {error.problem}")
        return {}
    except Exception as error:  # Bytes that are no text, dates that do not exist, ten thousand brackets, ...
        warn(f"Failed loading user data: {str(error)[:100] if type(error) is ValueError else type(error).__name__}")
        return {}
    wrong = _mistakes(config, warn)
    if () in wrong:
        return {}
    for key in (key for key in config if key not in _SCHEMA["properties"]):
        warn(f"{key if isinstance(key, str) else type(key).__name__:.60}: the built-in guest does not do that")
    return {
        key: [entry for number, entry in enumerate(config.get(key) or []) if (key, number) not in wrong]
        for key in _SCHEMA["properties"]
        if (key,) not in wrong
    }


def _load(user_data: bytes) -> Any:
    """Return what is in the YAML of a cloud-config."""
    if user_data.startswith(b"\x1f\x8b"):
        raise ValueError("the built-in guest does not read gzip'ed user data")
    text = user_data.decode().lstrip()
    if not text:
        return {}
    first = text.splitlines()[0].strip()
    for beginning, reason in _OTHERS.items():
        if first.lower().startswith(beginning.lower()):
            raise ValueError(f"{reason}: {first}")
    if first != "#cloud-config":
        raise ValueError(f"Unhandled non-multipart userdata, which begins with '{first[:30]}' and not '#cloud-config'")
    config = yaml.load(text, _Loader)
    return {} if config is None else config


def _mistakes(config: Any, warn: Callable[[str], None]) -> set[tuple]:
    """Warn about each entry that is wrong, and return where they are: a key, or a key and a number."""
    import jsonschema  # Only here: most servers have no user data.

    wrong = set()
    for error in jsonschema.Draft202012Validator(_SCHEMA).iter_errors(config):
        warn(f"{error.json_path.removeprefix('$.')}: {error.schema['description']}")
        wrong.add(tuple(error.absolute_path)[:2])
    return wrong
