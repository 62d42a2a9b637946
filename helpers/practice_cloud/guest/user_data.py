"""User data: read a cloud-config as cloud-init does, and warn about what the built-in guest does not support."""

import base64
import gzip
import io
from collections.abc import Callable
from typing import Any

import yaml

from .filetree import CAPACITY

# What the guest does not do with user data, by the beginnings by which cloud-init tells its kinds: longer ones first.
_KINDS = {
    "#cloud-config-archive": "read archives",
    "#cloud-config-jsonp": "read JSON patches",
    "#cloud-config": "",
    "#cloud-boothook": "run boothooks",
    "#include-once": "fetch other user data",
    "#include": "fetch other user data",
    "#part-handler": "run part handlers",
    "## template: jinja": "read Jinja templates",
    "#!": "run scripts",
    # These two are no beginnings.
    "MIME": "read MIME messages, which have MIME-Version: in their first 4 KiB",
    "GZIP": "read gzipped user data",
}
_SUPPORTED = {"write_files", "packages", "ssh_authorized_keys"}
_FILE = {"path", "content", "encoding", "permissions", "owner", "append", "defer"}
_USERS = "the built-in guest has only its image's own user, who gets all keys"
_ENCODINGS = {"", "text/plain", "b64", "base64", "gz", "gzip", "gz+b64", "gz+base64", "gzip+b64", "gzip+base64"}
# In characters: more than Nova accepts, unless aliases repeat a part of it.
_LARGEST = 2**18


class _Loader(yaml.SafeLoader):
    """Limits how long a short text becomes by aliases of aliases; an alias inside of what it stands for is endless."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._size, self._sizes = 0, dict[yaml.Node, int]()

    def compose_node(self, parent: Any, index: Any) -> Any:
        before, is_alias = self._size, self.check_event(yaml.AliasEvent)
        node: Any = super().compose_node(parent, index)
        own = len(node.value) + 1 if isinstance(node, yaml.ScalarNode) else 1
        self._size += self._sizes.get(node, _LARGEST) if is_alias else own
        if self._size > _LARGEST:
            raise ValueError("the built-in guest reads at most 256 KiB, and what an alias stands for counts each time")
        self._sizes[node] = self._size - before
        return node


def kind(user_data: bytes) -> str:
    """Return the beginning by which cloud-init knows what user data is, or `GZIP`, `MIME`, or an empty string."""
    if user_data.startswith(b"\x1f\x8b"):
        return "GZIP"
    if b"mime-version:" in user_data[:4096].lower():
        return "MIME"
    text = user_data.decode(errors="surrogateescape").lower().lstrip()
    return next((beginning for beginning in _KINDS if text.startswith(beginning)), "")


def read(user_data: bytes, warn: Callable[[str], None]) -> dict[str, Any]:
    """Return the keys of a cloud-config that the guest supports."""
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
    # To ask for the image's own user alone is to ask for nothing.
    if config.get("users") in ("default", ["default"]):
        del config["users"]
    for key in (key for key in config if key not in _SUPPORTED):
        warn(f"{_name(key)}: {_USERS if key in ('user', 'users') else 'the built-in guest does not support that'}")
    return {key: value for key, value in config.items() if key in _SUPPORTED}


def _load(user_data: bytes) -> dict[Any, Any]:
    """Parse the YAML of a cloud-config."""
    beginning = kind(user_data)
    if undone := _KINDS.get(beginning):
        raise ValueError(f"the built-in guest does not {undone}")
    text = user_data.decode()
    if not beginning and (first := text.lstrip()[:30].partition("\n")[0]):
        raise ValueError(f"Unhandled non-multipart userdata, which begins with '{first}' and not '#cloud-config'")
    config = yaml.load(text, _Loader) if beginning else None
    if not isinstance(config, dict | None):
        raise ValueError(f"Yaml load allows (dict,) root types, but got {type(config).__name__} instead")
    return config or {}


def stages(files: Any, warn: Callable[[str], None]) -> tuple[list[Any], list[Any]]:
    """Return the numbered entries of write_files for the time before the user is made, and the deferred ones."""
    both: tuple[list[Any], list[Any]] = [], []
    try:
        for number, file in enumerate(files, start=1):
            both["defer" in file and is_true(file["defer"])].append((number, file))
            for key in (key for key in file if isinstance(file, dict) and key not in _FILE):
                warn(f"write_files: entry {number}: {_name(key)}: the built-in guest does not support that")
    except TypeError:
        warn("write_files: it must be a list of mappings")
        return [], []
    return both


def is_true(value: Any) -> bool:
    """Tell whether cloud-init takes a value for true."""
    return str(value).lower().strip() in ("true", "1", "on", "yes")


def unpack(file: dict[str, Any], warn: Callable[[str], None]) -> str:
    """Return the content of a file; bytes that are not UTF-8 become surrogates."""
    content, encoding = file.get("content"), (file.get("encoding") or "")
    if content is None:
        return ""
    encoding = encoding.lower().strip()
    if encoding not in _ENCODINGS:
        warn(f"unknown encoding type {encoding[:60]}, assuming text/plain")
        encoding = ""
    data = base64.b64decode(content) if "64" in encoding else content
    data = data if isinstance(data, bytes) else data.encode()
    if "gz" in encoding:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            # Stop at the disk's capacity: a few bytes can decompress to gigabytes.
            data = packed.read(CAPACITY + 1)
    return data.decode(errors="surrogateescape")


def permissions(file: dict[str, Any], warn: Callable[[str], None]) -> int:
    """Return the permissions of a file: a number as it is, and a text as an octal number."""
    wanted = file.get("permissions")
    try:
        return int(wanted) if isinstance(wanted, int | float) else int(str("644" if wanted is None else wanted), 8)
    except ValueError:
        warn(f"undecodable permissions {str(wanted)[:60]}, assuming 0644")
        return 0o644


def package_names(packages: Any) -> list[str]:
    """Return the names of packages as apt-get reads them, or raise ValueError."""
    if not isinstance(packages, list):
        return [] if packages is None else [str(packages)]
    if any(isinstance(package, dict) for package in packages):
        raise ValueError("the built-in guest does not read those of one package manager")
    pairs = [[package, None] if isinstance(package, str) else package for package in packages]
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise ValueError("each of them must be a name, or a list of name and version")
    return [f"{package}={version}" if version else str(package) for package, version in pairs]


def _name(key: Any) -> str:
    """Return a key as a warning shows it, whatever its type and length."""
    return key[:60] if isinstance(key, str) else f"a {type(key).__name__}"
