"""Say why a login failed, and what to do next: a table of errors, and the functions that inspect errors and files."""

import http.client
import json
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import requests
import yaml
from keystoneauth1 import exceptions as auth
from openstack import exceptions

ENTRY, LOGIN, ADDRESS = "the entry", "the login", "the address"
_COMPARE = "Check `http` or `https` and the port in `auth_url` against your provider's file"
_LOOK = "Check `auth_url`: Keystone's address usually ends in `/v3`"
_NEW = "Create a new one, and put it in the entry"
_NO_KEYSTONE = (None, "None", "", "none", "noauth", "admin_token", "token_endpoint", "http_basic", "v3tokenlessauth")
_SCOPE = "project_id project_name tenant_id tenant_name domain_id domain_name system_scope trust_id".split()
# Of what is below auth, all but the public may be secret.
_PUBLIC = re.compile(r"([_-]id|[_-]name|[_-]type|endpoint|scope|username|protocol|identity_provider|methods)$")
# Something behind a version, unless a version is at the end; or a call without a version.
_CALL = re.compile(
    r"/v(3|2\.0)/+[^/](?!.*/v3/*$)|/(auth/(tokens|catalog|projects|domains|system)|OS-[A-Z]+/.*|tokens)/*$"
)
_SECRET = re.compile(r"(password|secret|token|code)$")


class Row(NamedTuple):
    """A kind of error. The first row with a sign that occurs in the error, and a `when` that is true, explains it."""

    at: str  # Where the login fails.
    signs: tuple[type | int | str, ...]  # Exceptions, HTTP statuses, texts.
    advice: str
    when: Callable[[dict], Any] = lambda login: True  # Gets what the entry has in auth and beside it.
    wrong: str = "does not answer: {reason}"
    says: str = ""  # For the table in notebook 15, which has the rows with such a text.


def _has(name: str) -> Callable[[dict], Any]:
    return lambda login: any(value for key, value in login.items() if key.startswith(name))


def _type(*prefixes: str) -> Callable[[dict], Any]:
    return lambda login: str(login.get("auth_type")).startswith(prefixes)


_APPLICATION, _FEDERATED = _has("application_credential"), _type("v3oidc", "v3saml", "v3adfs", "v3websso", "v3kerb")
_PYTHON = (TypeError, AttributeError, LookupError, ValueError)
_NO_CALL = ("Not Found (HTTP 404)", "requested URL was not found", 405)  # Keystone's other 404s say what is missing.
_REFUSES = "refuses the login: {reason}"

# fmt: off
ROWS = (
    # What the network says. First what may have the texts of others in it.
    Row("the cloud, or a proxy in front of it (for an `http://` address, perhaps the practice cloud's proxy)",
        (auth.HttpServerError, 500, 502, 503, 504),
        "Check your provider's status page, and wait. If it goes on, report the request id", says="500, 502, 503"),
    Row("a proxy", (requests.exceptions.ProxyError, 407, "Tunnel connection failed", "SOCKS"),
        "Check the variables `HTTPS_PROXY` and `NO_PROXY`", says="`ProxyError`, 407, a web page instead of data"),
    Row("the name", (socket.gaierror, UnicodeError, requests.exceptions.InvalidURL, "NameResolutionError"),
        "Check the spelling of `auth_url`. Some names resolve only inside a VPN",
        says="`Name or service not known`, `NameResolutionError`"),
    Row(ADDRESS, (ConnectionRefusedError, "Connection refused"),
        "Nothing is listening on that port. Check it against your provider's file", says="`Connection refused`"),
    Row("the route", (TimeoutError, requests.exceptions.Timeout, "timed out", "No route to host", "is unreachable"),
        "Check for a firewall, or connect to your VPN. Many offices allow only ports 80 and 443, and Keystone is "
        "often on 5000", says="nothing for a long time, then `timed out`"),
    Row(ENTRY, ("invalid path",), "Check the paths in `cacert`, `cert` and `key`",
        wrong="names a file that does not exist: {reason}"),
    Row(ENTRY, ("NO_CERTIFICATE_OR_CRL_FOUND", "PEM lib", "[X509"), "Check the files named by `cacert` and `cert`",
        wrong="names a file that has no certificate in it"),
    Row("the certificate", ("certificate has expired", "not yet valid"),
        "Check this machine's clock. If it is right, tell your provider"),
    Row("the certificate", ("ostname mismatch", "IP address mismatch", "doesn't match"),
        "The certificate is for another name: check the one in `auth_url` against your provider's file"),
    Row("the certificate", (ssl.SSLCertVerificationError, "certificate verify failed"),
        "Set `cacert` to the provider's file. `verify: false` hides the problem, and any eavesdropper too",
        says="`certificate verify failed`"),
    Row("the certificate", ("_ALERT_", "UNSUPPORTED_PROTOCOL"),
        "Ask your provider which TLS versions it supports, and whether it needs a client certificate (`cert`, `key`)"),
    Row("the protocol", (ssl.SSLError, auth.SSLError), _COMPARE, wrong="does not speak https on that port: {reason}",
        says="`wrong version number`, `record layer failure`"),
    Row("the protocol", (ConnectionError, http.client.HTTPException, "Bad Request (HTTP 400)"), _COMPARE),
    Row(LOGIN, (429,), "Wait a few minutes: there were too many login attempts", wrong=_REFUSES),
    # What is wrong with the entry.
    Row(ENTRY, (Exception,), "It needs a line `auth:`, and below that, indented, lines such as `auth_url:`",
        lambda login: not isinstance(login.get("auth", {}), dict), "is not complete"),
    Row(ENTRY, (Exception,), "The course needs Keystone: a user name and password, without `auth_type:`, will do",
        lambda login: login.get("auth_type", "password") in _NO_KEYSTONE, "has an `auth_type` without Keystone"),
    Row(ENTRY, (auth.MissingAuthPlugin,), "The course needs Keystone", wrong="has an `auth_type` without Keystone"),
    Row(ENTRY, (Exception,), "Leave `auth_type` out: clouds now offer only version 3", _type("v2"),
        "asks for Keystone's version 2"),
    Row(ENTRY, (auth.NoMatchingPlugin,), "Check the spelling of `auth_type`, or install the package with that plugin",
        wrong="has an `auth_type` that is not installed: {reason}"),
    Row(ENTRY, (ImportError,), "Install that package", wrong="needs a package that is not installed: {reason}"),
    Row(ENTRY, ("unexpected keyword",), "Add `auth_type: v3applicationcredential` beside `auth:`",
        lambda login: _APPLICATION(login) and not _type("v3app")(login),
        "has an application credential, but does not say so"),
    Row(ENTRY, ("unexpected keyword",), "Add `auth_type: token` beside `auth:`",
        lambda login: login.get("token") and "auth_type" not in login, "has a token, but does not say so"),
    Row(ENTRY, ("unexpected keyword",), "Check its spelling, remove it, or set the `auth_type` that accepts it",
        wrong="has a line that its login method does not accept: {reason}"),
    Row(ENTRY, ("JSON serializable",), "Put it in quotes", wrong="has a value that is not text: {reason}"),
    Row(ENTRY, (401, auth.AuthorizationFailure), "Remove the project and the domain from it",
        lambda login: _APPLICATION(login) and any(login.get(name) for name in _SCOPE),
        "has an application credential, which already implies a project, and a project as well"),
    Row(ENTRY, ("You must provide",), "It needs `application_credential_id` and `application_credential_secret`",
        _APPLICATION, "is not complete: {reason}"),
    Row(ENTRY, (auth.AuthPluginException, auth.AuthorizationFailure, "is a required"),
        "Add what is missing below `auth:`", wrong="is not complete: {reason}"),
    # What Keystone says.
    Row(ADDRESS, _NO_CALL, _LOOK),
    Row(LOGIN, (404,), _NEW, _APPLICATION, "no longer recognizes that application credential: {reason}"),
    Row(LOGIN, (404,), "Check the spelling of `identity_provider` and `protocol`", _FEDERATED, _REFUSES),
    Row(LOGIN, (404,), _NEW, _has("token"), "no longer recognizes that token: {reason}"),
    Row(LOGIN, (auth.MissingAuthMethods,), "It requires a second factor: an application credential works without one",
        wrong="refuses the login"),
    Row(LOGIN, (401,), "Check `application_credential_id` and `application_credential_secret`. If it has expired, "
        "create a new one", _APPLICATION, _REFUSES),
    Row(LOGIN, (401,), "Check client id, secret, `identity_provider` and `protocol`. An access token lasts minutes",
        _FEDERATED, _REFUSES),
    Row(LOGIN, (401,), "Check `passcode`: it is good for half a minute", _has("passcode"), _REFUSES),
    Row(LOGIN, (401,), f"The token has expired, or is for another cloud. {_NEW}", _has("token"), _REFUSES),
    Row(LOGIN, (401,), "Check the user name, password, project and domains: the cloud does not say which is wrong",
        wrong=_REFUSES),
    Row(LOGIN, (403,), "You are not allowed to log in this way, or from here: ask your provider", wrong=_REFUSES),
    Row(ENTRY, (400,), "Add what is missing below `auth:`", wrong="is not complete: {reason}"),
    Row(ADDRESS, (json.JSONDecodeError, "Bad version data"), f"{_LOOK}. Or a proxy may have answered instead",
        wrong="answers with a web page or plain text, not as Keystone does"),
    Row(ADDRESS, (auth.DiscoveryFailure, auth.InvalidResponse, exceptions.InvalidResponse, auth.EndpointNotFound, 404),
        _LOOK, wrong="does not answer as Keystone does: {reason}"),
    # The rest.
    Row(ENTRY, (exceptions.ConfigException,), "Correct the entry", wrong="does not work: {reason}"),
    Row(ENTRY, _PYTHON, "Fill it in, or remove the line", lambda login: None in login.values(),
        "has no value after {empty}"),
    Row(ENTRY, _PYTHON, "Compare its lines with those in notebook 15", wrong="is not what the SDK expects: {reason}"),
    Row("", (BaseException,), "Check your network, and `auth_url`"),
)
# fmt: on


def find_row(login: dict[str, Any], error: BaseException) -> Row:
    """Return the row of the table that explains an error."""
    chain = _chain(error)
    text = " ".join(map(str, chain))
    statuses = {_status(inner) for inner in chain}

    def shows(sign: type | int | str) -> bool:
        if isinstance(sign, type):
            return any(isinstance(inner, sign) for inner in chain)
        return sign in statuses if isinstance(sign, int) else sign in text

    return next(row for row in ROWS if any(map(shows, row.signs)) and row.when(login))


def explain_login_error(cloud: str, entry: Any, error: BaseException) -> str:
    """Say why a login failed, and what to do.

    Args:
        cloud: The name of the cloud.
        entry: Its entry in clouds.yaml, in any form.
        error: What the SDK raised.

    Returns:
        One line of text, without any of the entry's values that may be secret.

    Example: explain_login_error("mine", {"auth": {"auth_url": "https://cloud.example.org:5000/v3"}}, error)
    """
    login = flatten(entry)
    row = find_row(login, error)
    reason = " ".join(_redact(_innermost(error), entry).split()).rstrip(".")
    if len(reason) > 300:  # It can be a whole web page.
        reason = f"{reason[:150]} ... {reason[-150:]}"
    empty = ", ".join(f"`{key}:`" for key, value in login.items() if value is None)
    place = "your variables `OS_...`" if cloud == "envvars" else "clouds.yaml"
    subject = f"The entry for the cloud {cloud!r} in {place}" if row.at == ENTRY else f"The cloud {cloud!r}"
    return f"{subject} {row.wrong.format(reason=reason, empty=empty)}. {row.advice}."


def flatten(entry: Any) -> dict[str, Any]:
    """Return an entry's settings from inside auth and beside it: the SDK accepts both.

    Args:
        entry: A cloud's entry in clouds.yaml, in any form.

    Example: flatten({"auth": {"username": "ada"}})
    """
    beside = entry if isinstance(entry, dict) else {"auth": entry}
    inside = beside.get("auth")
    both = {**beside, **(inside if isinstance(inside, dict) else {})}
    return {str(key).replace("-", "_"): value for key, value in both.items()}


def find_address_fault(url: str) -> str:
    """Say why an auth_url cannot be Keystone's address, or return "" if it can.

    Args:
        url: The auth_url. Its path may have a prefix, and need not end in a version.

    Example: find_address_fault("https://cloud.example.org:5000/v3/auth/tokens")
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not re.search(r"\s", url)
    except ValueError:  # The port is not a number, or a bracket is missing.
        usable = False
    if not usable:
        return "`auth_url` is not an address such as `https://cloud.example.org:5000/v3`"
    if parts.query or parts.fragment or _CALL.search(parts.path):
        return "`auth_url` must be the address of Keystone, not of one of its API calls: remove everything after `/v3`"
    return ""


def find_file_fault(path: Path, cloud: str) -> str:
    """Say which line of a file is not read as its author meant, or return "" if there is none.

    The text contains no values: one could be part of a password.

    Args:
        path: A clouds.yaml or secure.yaml.
        cloud: The name of the cloud whose entry to check.

    Example: find_file_fault(Path("clouds.yaml"), "mine")
    """
    try:
        lines = (text := path.read_text()).splitlines()
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        for key, value in _auth_of(root, cloud, ()):
            if _is_misread(key, value, lines[key.end_mark.line]):
                line = f"Line {key.start_mark.line + 1} of {path}"
                return f"{line}: YAML does not read `{key.value}` as written. Put it in quotes."
        clouds = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        early = str(error.context).startswith(("while scanning", "while parsing a flow"))
        mark = early and error.context_mark or error.problem_mark
        line = f"Line {mark.line + 1 if mark else 1} of {path} is not YAML"
        key = re.match(r"\s*(\w*(password|secret|token|code|name|id|url))\s*:", [*lines, ""][mark.line if mark else 0])
        advice = f"put the value of `{key[1]}` in quotes, or " if key else ""
        return f"{line}: {advice}compare its indentation with the line above."
    except (OSError, ValueError, yaml.YAMLError) as error:
        return f"{path} cannot be read ({type(error).__name__}). Save it as UTF-8 text."
    if root and not (isinstance(clouds, dict) and isinstance(clouds.get("clouds"), dict)):
        return f"{path} must begin with a line `clouds:`, followed by the clouds, indented."
    return ""


def _chain(error: BaseException) -> list[BaseException]:
    """Return an error and all errors behind it, level by level."""
    chain = [error]
    for outer in chain:
        # requests and urllib3 keep an error in an argument or an attribute of the next.
        near = [
            outer.__cause__,
            outer.__context__,
            *outer.args,
            *vars(outer).values(),
            *getattr(outer, "exceptions", ()),
        ]
        chain += [inner for inner in near if isinstance(inner, BaseException) and inner not in chain]
    return chain


def _status(error: BaseException) -> int | None:
    """Return the HTTP status of an error, under whichever name its library uses."""
    response = getattr(error, "response", None)
    return getattr(error, "http_status", None) or getattr(error, "status_code", getattr(response, "status_code", None))


def _innermost(error: BaseException) -> str:
    """Return what the innermost error says, skipping Python's own internals such as StopIteration."""
    telling = (OSError, http.client.HTTPException, auth.ClientException, exceptions.SDKException)
    last = next((inner for inner in reversed(_chain(error)) if isinstance(inner, telling) and str(inner)), error)
    text = str(getattr(last, "strerror", None) or last)
    if isinstance(last, _PYTHON) and not isinstance(last, telling):
        text = f"{type(last).__name__}: {text}"  # It says little without: KeyError, for example.
    noise = r"^\[[A-Z0-9:_ ]+\] | \(_ssl\.c:\d+\)|^.*unexpected keyword argument "
    return re.sub(noise, "", text)


def _secrets(value: Any, key: str = "", inside: bool = False) -> Iterator[str]:
    """Yield what must not be shown: what is in auth and not known to be public, and passwords elsewhere."""
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else [(key, inner) for inner in value]:
            yield from _secrets(inner, str(name), inside or key == "auth")
    elif key.endswith("url"):
        yield from re.findall(r"//[^/:]*:(.*)@", str(value))
    elif value is not None and (_SECRET.search(key) or (inside and not _PUBLIC.search(key))):
        yield str(value)


def _redact(text: str, entry: Any) -> str:
    """Replace what must not be shown with ***, including its forms in a URL or in quotes."""
    forms = {form for secret in _secrets(entry) for form in (secret, quote(secret, ""), repr(secret)[1:-1]) if form}
    # The longest first: one can be a part of another. A short one can be a part of any word.
    for form in sorted(forms, key=len, reverse=True):
        text = re.sub(re.escape(form) if len(form) > 3 else rf"(?<!\w){re.escape(form)}(?!\w)", "***", text)
    return text


def _auth_of(node: yaml.Node | None, cloud: str, path: tuple[str, ...]) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Yield the keys below a cloud's auth, with their values, as written in the file."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        here = (*path, key.value)
        if "auth" in path[2:]:
            yield key, value
        elif len(here) != 2 or here[1] == cloud:
            yield from _auth_of(value, cloud, here)


def _is_misread(key: yaml.Node, value: yaml.Node, line: str) -> bool:
    """Whether YAML mistakes an unquoted value for something else: a number, a comment, the name of an anchor."""
    secret = isinstance(key, yaml.ScalarNode) and _SECRET.search(key.value)
    if not isinstance(value, yaml.ScalarNode) or value.style:
        return bool(secret) and not isinstance(value, yaml.ScalarNode)
    try:
        read = yaml.safe_load(value.value)
        changed = value.value and (type(read) not in (str, int, float) or str(read) != value.value)
    except ValueError:  # Something like a date, with a month 13.
        changed = True
    return bool(changed or secret and re.search(r"^\s*:\s*&|\s#\S", line[key.end_mark.column :]))
