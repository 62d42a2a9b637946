"""User data: read the parts of a cloud-config that the built-in guest supports, and warn about the rest."""

from collections.abc import Callable
from typing import Any

import yaml

# The types of the entries of each supported list, and of the keys in an entry of write_files.
_LISTS = {"write_files": dict, "packages": str, "ssh_authorized_keys": str}
_FILE = {
    "path": str,
    "content": str | None,
    "encoding": str,
    "permissions": str | int,
    "owner": str,
    "append": bool,
    "defer": bool,
}
_OTHERS = {
    "#!": "this is a script, and the built-in guest runs none",
    "Content-Type:": "the built-in guest does not read MIME multipart",
    "MIME-Version:": "the built-in guest does not read MIME multipart",
}


class _Loader(yaml.SafeLoader):
    """Refuses aliases, with which a short text can expand without end."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "aliases are not allowed", self.peek_event().start_mark)
        return super().compose_node(parent, index)


def read(user_data: bytes, warn: Callable[[str], None]) -> dict[str, list[Any]]:
    """Return the lists of a cloud-config that the guest supports, without invalid entries."""
    try:
        config = _load(user_data)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1} column {mark.column + 1}" if mark else "an unknown place"
        warn(f"Failed loading yaml blob. Invalid format at {place}: {error.problem}")
        return {}
    except Exception as error:  # Bytes that are not text, dates that do not exist, ten thousand brackets, ...
        warn(f"Failed loading user data: {str(error)[:100] if type(error) is ValueError else type(error).__name__}")
        return {}
    for key in (key for key in config if key not in _LISTS):
        warn(f"{_name(key)}: the built-in guest does not support that")
    return {key: _entries(key, config.get(key) or [], warn) for key in _LISTS}


def _load(user_data: bytes) -> dict[Any, Any]:
    """Parse the YAML of a cloud-config."""
    if user_data.startswith(b"\x1f\x8b"):
        raise ValueError("the built-in guest does not read gzipped user data")
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
    if not isinstance(config, dict | None):
        raise ValueError(f"Yaml load allows (dict,) root types, but got {type(config).__name__} instead")
    return config or {}


def _entries(key: str, entries: Any, warn: Callable[[str], None]) -> list[Any]:
    """Return the valid entries of a list, and warn about the others."""
    if not isinstance(entries, list):
        warn(f"{key}: it must be a list")
        return []
    mistakes = [_mistake(entry, _LISTS[key]) for entry in entries]
    for number, mistake in enumerate(mistakes, start=1):
        if mistake:
            warn(f"{key}: entry {number}: {mistake}")
    return [entry for entry, mistake in zip(entries, mistakes, strict=True) if not mistake]


def _mistake(entry: Any, kind: type) -> str:
    """Return what is wrong with an entry, or an empty string."""
    if not isinstance(entry, kind):
        return "it must be a mapping" if kind is dict else "it must be text"
    wrong = [_name(key) for key in entry if not isinstance(entry[key], _FILE.get(key, ()))] if kind is dict else []
    if wrong:
        return f"{', '.join(wrong)}: of the wrong type, or unknown to the built-in guest"
    return "its path must begin with a slash" if kind is dict and entry.get("path", "")[:1] != "/" else ""


def _name(key: Any) -> str:
    """Return a key as a warning shows it, whatever its type and length."""
    return key[:60] if isinstance(key, str) else f"a {type(key).__name__}"
