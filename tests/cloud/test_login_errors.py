"""What connect() says of a login that fails: each kind of row L1 to L13, and that nothing secret is in it."""

import datetime
import ipaddress
import json
import re
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from keystoneauth1.exceptions import ConnectFailure
from openstack.exceptions import SDKException

from helpers import connection
from helpers.connection import connect
from helpers.errors import CourseError
from helpers.login_errors import ROWS, explain_login_error, find_address_fault

SECRET = "hunter2-§"
USER = {"username": "ada", "password": SECRET, "user_domain_id": "default"}
LAB = {"project_name": "lab", "project_domain_id": "default"}
APPLICATION = {"application_credential_id": "4711", "application_credential_secret": SECRET}
REQUIRED = "The request you have made requires authentication."
CATALOG = [{"type": "compute", "endpoints": [{"region_id": None}, {"region": "Fra1", "region_id": "Fra1"}, {}]}]
PROJECT = {"project": {"id": "1", "name": "lab", "domain": {"id": "default"}}}
TOKEN = {"token": {"catalog": CATALOG, "expires_at": "2099-01-01T00:00:00Z", "methods": [], **PROJECT}}
# What Keystone answers to a login below this path.
ANSWERS = {
    "good": (201, TOKEN),
    "only-post": (201, TOKEN),
    "no-catalog": (201, {"token": {**TOKEN["token"], "catalog": []}}),
    "no-project": (201, {"token": {"expires_at": "2099-01-01T00:00:00Z", "methods": ["password"], "catalog": CATALOG}}),
    "no-token": (201, {"hello": "world"}),
    "text": (200, "hello"),
    "page": (200, "<html>Please accept the terms of this network</html>"),
    "401": (401, REQUIRED),
    "scope": (401, "Application credentials cannot request a scope."),
    "no-application": (404, "Could not find Application Credential: 4711."),
    "no-user": (404, "Could not find user: 12."),
    "no-fernet": (404, f"This is not a recognized Fernet token {SECRET}"),
    "revoked": (404, "Failed to validate token"),
    "no-provider": (404, "Could not find Identity Provider: x."),
    "404": (404, "<html>Not here</html>"),
    "400": (400, "Expecting to find domain in user."),
    "429": (429, "Slow down."),
    "403": (403, "Forbidden."),
    "407": (407, "<html>Who are you?</html>"),
    "503": (503, "<html>Come again</html>"),
}


class Keystone(BaseHTTPRequestHandler):
    """What answers as Keystone, or worse, depending on the first part of the path."""

    def do_GET(self):
        kind = self.path.split("/")[1]
        if kind in ("login-page", "only-post"):
            return self.reply(401, "Who are you?")
        if kind == "web":
            return self.reply(200, "<html>Welcome</html>")
        if kind == "drip":
            self.send_response(200)
            for letter in "X-Never-Ends: yes":
                self.wfile.write(letter.encode())
                time.sleep(0.1)
            return None
        url = f"http://127.0.0.1:{self.server.server_port}/{kind}/v3"
        links = [{"rel": "self", "href": url}]
        return self.reply(200, {"version": {"id": "v3.14", "status": "stable", "links": links}})

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.reply(*ANSWERS[self.path.split("/")[1]])

    def reply(self, status, body):
        if status >= 400 and not body.startswith("<"):
            body = {"error": {"message": body, "code": status}}
        is_page = str(body).startswith("<")
        data = (body if is_page else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if is_page else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Subject-Token", "secret-token")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def certificate(folder: Path, name: str, days: int) -> tuple[Path, Path]:
    """Make a certificate that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(9)).not_valid_after(now + datetime.timedelta(days))
    names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))] if name == "here" else [x509.DNSName(name)]
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    pem, key_pem = folder / f"{name}-{days}.pem", folder / f"{name}-{days}.key"
    pem.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key_pem.write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    return pem, key_pem


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Servers of several kinds, by name: what a text such as {http} in an entry stands for."""
    folder = tmp_path_factory.mktemp("certificates")
    servers = {"http": ThreadingHTTPServer(("127.0.0.1", 0), Keystone)}
    files = {}
    for name, days in (("here", 9), ("here", -1), ("other", 9)):
        pem, key = certificate(folder, name, days)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, key)
        server = ThreadingHTTPServer(("127.0.0.1", 0), Keystone)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        label = f"{name}{'_old' if days < 0 else ''}"
        servers[label], files[f"pem_{label}"] = server, str(pem)
    for server in servers.values():
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    (folder / "empty.pem").write_text("hello")
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.create_server(("127.0.0.1", 0)) as closed:
        ports = {"silent": silent.getsockname()[1], "closed": closed.getsockname()[1]}
        closed.close()
        ports |= {name: server.server_port for name, server in servers.items()}
        yield {name: f"127.0.0.1:{port}" for name, port in ports.items()} | files | {"folder": str(folder)}
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def _own_cloud(tmp_path, monkeypatch):
    """Nothing of this machine leads to a cloud."""
    for name in [name for name in connection.os.environ if name.lower().endswith("_proxy") or name.startswith("OS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "clouds.yaml"))
    monkeypatch.setenv("OS_CLIENT_SECURE_FILE", str(tmp_path / "secure.yaml"))
    monkeypatch.setenv("OS_CLOUD", "mine")
    monkeypatch.chdir(tmp_path)


def failure(text: str, folder: Path = Path()) -> str:
    """Return what connect() says with a clouds.yaml."""
    (folder / "clouds.yaml").write_text(text)
    with pytest.raises(CourseError) as caught:
        connect()
    said = str(caught.value)
    assert "\n" not in said
    assert SECRET not in said
    assert len(said) < 600
    return said


def entry(url, auth=USER | LAB, **beside):
    return {"auth": {**({"auth_url": url} if url else {}), **auth}, **beside}


APP = {"auth_type": "v3applicationcredential"}
TOK = {"auth_type": "v3token"}


def at(kind, auth=USER | LAB, **beside):
    return entry(f"http://{{http}}/{kind}/v3", auth, **beside)


def application(kind, **more):
    return at(kind, APPLICATION | more, **APP)


# fmt: off
CASES = {
    "L1 application credential deleted": (application("no-application"),
        "no longer recognizes that application credential.*new one"),
    "L1 its user deleted": (application("no-user"), "that application credential.*new one"),
    "L1 token revoked": (at("revoked", {"token": SECRET}, **TOK),
        "no longer recognizes that token: Failed to validate.*new one"),
    "L1 token of another cloud": (at("no-fernet", {"token": SECRET}, auth_type="token"),
        r"no longer recognizes that token: .*\*\*\*.*new one"),
    "L1 but no Keystone": (application("404"), "does not answer: Not Found.*`auth_url`"),
    "L1 nor with a password": (at("404"), "does not answer: Not Found.*`auth_url`"),
    "L2 no id": (at("401", {"application_credential_secret": SECRET}, **APP),
        "not complete: You must provide.*application_credential_id"),
    "L2 no secret": (at("401", {"application_credential_id": "4711"}, **APP),
        "not complete: You must.*application_credential_secret"),
    "L2 with project": (at("scope", APPLICATION | LAB, **APP), "implies a project, and a project as well. Remove"),
    "L2 with domain": (at("401", APPLICATION | LAB | {"domain_id": "x"}, **APP), "implies a project.*Remove"),
    "L2 without auth_type": (at("401", APPLICATION),
        "has an application credential.*auth_type: v3applicationcredential"),
    "L2 with auth_type password": (at("401", APPLICATION, auth_type="password"),
        "has an application credential.*auth_type: v3applicationcredential"),
    "L2 token without auth_type": (at("401", {"token": SECRET}), "has a token.*auth_type: token"),
    "L2 misspelt": (at("401", {"user": "ada", **LAB}),
        "does not accept: 'user'. Check its spelling"),
    "L2 user without domain": (at("401", {"username": "a", "password": "b"}, auth_type="v3password"),
        "not complete: .*user_domain_id"),
    "L3 connection refused": (entry("http://{closed}/v3"), "does not answer: Connection refused. Nothing is listening"),
    "L3 connection refused without version": (entry("http://{closed}"),
        "does not answer: Connection refused. Nothing is listening"),
    "L3 connection refused for an application credential": (entry("https://{closed}/v3", APPLICATION, **APP),
        "does not answer: Connection refused"),
    "L3 no such name": (entry("http://keystone.invalid:5000/v3"),
        "does not answer: .*(name|Name|nodename).* Check the spelling of `auth_url`"),
    "L3 half a name": (entry("http://a..b:5000/v3"), "does not answer: .*Check the spelling of `auth_url`"),
    "L3 not trusted": (entry("https://{here}/good/v3"),
        "does not answer: certificate verify failed: self.signed certificate. Set `cacert`"),
    "L3 of yesterday": (entry("https://{here_old}/good/v3", cacert="{pem_here_old}"),
        "certificate verify failed: certificate has expired. Check this machine.s clock"),
    "L3 other name": (entry("https://{other}/good/v3", cacert="{pem_other}"), "mismatch.*for another name"),
    "L3 500 and the like": (at("503"), "does not answer: .*503.*status page"),
    "L4 https at http": (entry("https://{http}/good/v3"),
        "does not speak https on that port: .*Check `http` or `https`"),
    "L4 http at https": (entry("http://{here}/good/v3"), "does not answer: .*Check `http` or `https`"),
    "L4 no cacert": (entry("https://{here}/good/v3", cacert="/nowhere/ca.pem"),
        "names a file that does not exist: .*/nowhere/ca.pem. Check the paths"),
    "L4 no cert": (entry("https://{here}/good/v3", cacert="{pem_here}", cert="/nowhere/me.pem"),
        "names a file that does not exist: .*/nowhere/me.pem. Check the paths"),
    "L4 not a cacert": (entry("https://{here}/good/v3", cacert="{folder}/empty.pem"),
        "names a file that has no certificate in it"),
    "L4 a byte now and then": (at("drip"), "timed out after 0.2 s. Check for a firewall"),
    "L4 silence": (entry("http://{silent}/v3"), r"does not answer: timed out after 0\.2 s. Check for a firewall"),
    "L4 proxy": (at("407"), "HTTPS_PROXY"),
    "L5 no project": (at("no-project", USER), "names no project.*project_name"),
    "L6 wrong region": (at("good", region_name="fra1"), r"no region 'fra1' .*one of: Fra1\."),
    "L6 empty catalog": (at("no-catalog", region_name="Fra1"), "no region 'Fra1' .*has none: leave it out"),
    "L6 region of nothing": (at("good", region_name=None), "has no value after `region_name:`"),
    "L6 regions of nothing": (at("good", regions=None), "has no value after `regions:`"),
    "L6 region is a list": (at("good", region_name={"a": 1}), "is not what the SDK expects"),
    "L8 application credential": (application("401"),
        "refuses the login: The request.*Check `application_credential_id`"),
    "L8 token": (at("401", {"token": SECRET, **LAB}, **TOK), "refuses the login: .*The token has expired"),
    "L8 password": (at("401"), "refuses the login: .*Check the user name, password, project and domains"),
    "L8 passcode": (at("401", {"username": "a", "passcode": "123456", "user_domain_id": "d"}, auth_type="v3totp"),
        "Check `passcode`"),
    "L8 forbidden": (at("403"), "refuses the login: .*ask your provider"),
    "L8 too often": (at("429"), "refuses the login: .*Wait a few minutes"),
    "L8 domain missing": (at("400"), "not complete: Expecting to find domain in user"),
    "L8 password missing": (at("401", {"username": "ada", "user_domain_id": "default", **LAB}),
        "not complete: password is a required.*Add what is missing"),
    "L9 none": (entry("http://{http}/v3", {}, auth_type="none"),
        "`auth_type` without Keystone. The course needs Keystone"),
    "L9 none with user": (entry("http://{http}/v3", auth_type="none"),
        "`auth_type` without Keystone. The course needs Keystone"),
    "L9 admin_token": (entry(None, {"endpoint": "http://{http}", "token": SECRET}, auth_type="admin_token"),
        "The course needs Keystone"),
    "L9 http_basic": (
        entry(None, {"endpoint": "http://{http}", "username": "a", "password": SECRET}, auth_type="http_basic"),
        "The course needs Keystone"),
    "L9 noauth": (entry(None, {}, auth_type="noauth"), "The course needs Keystone"),
    "L9 nothing": (entry("http://{http}/v3", auth_type=None), "The course needs Keystone"),
    "L9 tokenless": (entry("http://{http}/v3", LAB, auth_type="v3tokenlessauth"), "The course needs Keystone"),
    "L9 version 2": (at("404", {"username": "a", "password": SECRET}, auth_type="v2password"),
        "asks for Keystone's version 2. Leave"),
    "L10 address of a call": (entry("http://{http}/good/v3/auth/tokens"),
        "not of one of its API calls: remove everything after `/v3`"),
    "L10 no address": (entry("keystone"), "`auth_url` is not an address such as"),
    "L10 asks for a login": (entry("http://{http}/login-page/compute/v2.1"),
        "something else asks for a login there. Check `auth_url`"),
    "L10 a web page": (entry("http://{http}/web/dashboard"), "answers with a web page.*Check `auth_url`"),
    "L10 a page after the login": (at("page"), "answers with a web page.*Check `auth_url`"),
    "L10 no token": (at("no-token"), "does not answer as Keystone"),
    "L10 a text": (at("text"), "does not answer as Keystone"),
    "L11 no such plugin": (
        entry("http://{http}/v3", {"username": "a", "api_key": SECRET}, auth_type="rackspace_apikey"),
        "is not installed: The plugin rackspace_apikey could not be found"),
    "L11 nothing below auth": ({"auth": None}, "is not complete. It needs a line `auth:`"),
    "L11 text below auth": ({"auth": "hello"}, "is not complete. It needs a line `auth:`"),
    "L11 nothing below the name": (None, "is not complete. It needs a line `auth:`"),
    "L11 text below the name": ("hello", "is not complete. It needs a line `auth:`"),
    "L11 no auth at all": ({}, "is not complete: .*auth_url"),
    "L11 no auth_url": (entry(None), "not complete: .*not given: auth_url. Add what is missing"),
    "L11 no identity provider": (at("401", {"client_id": "a", "discovery_endpoint": "x"}, auth_type="v3oidcpassword"),
        "not complete: .*identity_provider"),
}
# fmt: on


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_said_in_a_sentence(name, places, monkeypatch):
    if "silence" in name or "byte" in name:
        monkeypatch.setattr(connection, "_SECONDS", 0.2)
    mine, said = CASES[name]
    text = json.dumps({"clouds": {"mine": mine}})
    for place, address in places.items():
        text = text.replace(f"{{{place}}}", address)
    result = failure(text)
    assert re.search(said, result), result


ENTRY = """clouds:
  mine:
    auth:
      auth_url: http://{http}/401/v3
      username: ada
      password: {value}
      user_domain_id: default
      project_name: lab
      project_domain_id: default
"""
NOT_YAML = [
    "@home",
    "%x",
    "a: b",
    "!x",
    "!x y",
    "`x`",
    "{abc",
    "[abc",
    '"abc',
    "'it's'",
    "*abc",
    "|x",
    ">x",
    "- x",
    "]x",
    ",x",
    "a: ",
]
OTHERWISE = "0123 0x1F 1_000 1.50 +1 .5 12:30:45 2024-01-01 2024-99-99 yes True False Off ~ null &x #x {a} [b]".split()


@pytest.mark.parametrize("value", [*NOT_YAML, *OTHERWISE, "ab #cd", "&x y"], ids=lambda value: f"L7 {value}")
def test_a_password_without_quotes_is_told_with_its_line(value, places):
    said = failure(ENTRY.replace("{http}", places["http"]).replace("{value}", value))
    assert re.match(r"Line 6 of \S+/clouds\.yaml.* (put|Put) .*in quotes", said), said
    assert "`password" in said
    assert len(value) < 4 or value not in said


@pytest.mark.parametrize("value", ["'@home'", '"0123"', "hunter2 # of today", "12345", "hunter2"])
def test_a_wrong_password_is_not_blamed_on_yaml(value, places):
    said = failure(ENTRY.replace("{http}", places["http"]).replace("{value}", value))
    assert "refuses the login" in said


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "clouds: [": "Line 1 of .* is not YAML",
        "clouds:\n\tmine:": "Line 2 of .* is not YAML: compare its indentation",
        "clouds:\n  mine:\n    auth:\n      username: a\n     password: b": "Line 5 of",
        "clouds:\n  mine:\n    auth:\n      password:hunter2\n      username: x": "Line 5 of .* with the line above",
        "hello": "must begin with a line `clouds:`",
        "[1, 2]": "must begin with a line `clouds:`",
        "mine: {auth: {}}": "must begin with a line `clouds:`",
        "clouds:": "must begin with a line `clouds:`",
        "clouds: [mine]": "must begin with a line `clouds:`",
        "": "Cloud mine was not found|must begin",
        "clouds: {other: {}, another: {}}": "Cloud mine was not found. The clouds in .*clouds.yaml are: another, other",
    }.items(),
    ids=lambda text: f"L7 {text}",
)
def test_a_file_that_is_no_clouds_yaml_is_told_with_its_line(text, said):
    assert re.search(said, result := failure(text)), result


def test_L7_secure_yaml_and_other_encodings_are_looked_at(tmp_path, places):
    (tmp_path / "secure.yaml").write_text("clouds:\n  mine:\n    auth:\n      password: %x\n")
    text = json.dumps({"clouds": {"mine": entry(f"http://{places['http']}/401/v3")}})
    assert "Line 4 of" in (said := failure(text))
    assert "secure.yaml is not YAML" in said
    (tmp_path / "secure.yaml").write_bytes("clouds: {mine: {auth: {password: hühner}}}".encode("latin-1"))
    assert "secure.yaml cannot be read (UnicodeDecodeError). Save it as UTF-8 text." in failure(text)


GOOD = "/ /v3 /v3/ /identity /identity/v3 /keystone/v3 /a/b/v3/ /v2.0 /v1/keystone/v3 /auth /auth/v3".split()
BAD = """/v3/auth/tokens /identity/v3/auth/tokens /v3/users /v3/auth/tokens/ /v2.0/tokens /auth/tokens /identity/tokens
    /v3?x=1 /v3/auth/OS-FEDERATION/websso/openid /v3/projects/1 /v3#top /v3//auth /identity/v3/auth/catalog""".split()
NONE = """keystone cloud.example.org:5000/v3 htps://h/v3 https:/h/v3 https:///v3 https://h:port/v3 https://[::1/v3
    https://h:99999/v3 /v3 //h/v3 "https://h/v3" ftp://h/v3""".split()


@pytest.mark.parametrize("form", ["", *GOOD])
def test_L10_the_forms_of_real_clouds_are_good(form):
    assert find_address_fault(f"https://cloud.example.org:5000{form}") == ""
    assert find_address_fault(f"http://[2001:db8::1]{form}") == ""


@pytest.mark.parametrize("form", BAD)
def test_L10_addresses_of_calls_are_refused(form):
    assert "not of one of its API calls" in find_address_fault(f"https://cloud.example.org:5000{form}")


@pytest.mark.parametrize("url", [*NONE, "https://a b/v3", ""])
def test_L10_what_is_no_address_is_refused(url):
    assert "is not an address such as" in find_address_fault(url)


def chained(*errors: BaseException) -> BaseException:
    """Return the first of some errors; each has the next one as what happened before."""
    for outer, inner in zip(errors, errors[1:], strict=False):
        outer.__context__, outer.__suppress_context__ = inner, True
    return errors[0]


REFUSED = ConnectionRefusedError(111, "Connection refused")
HIDDEN = {
    "L3 in a context that `from None` hides": lambda: chained(SDKException("no"), ConnectFailure("not"), REFUSED),
    "L3 in an argument": lambda: SDKException("no", Exception("a", ConnectionRefusedError(111, "Connection refused"))),
    "L3 in a group": lambda: ExceptionGroup("two", [ValueError("x"), ConnectFailure("y"), REFUSED]),
    "L3 before a detail of Python's": lambda: chained(SDKException("no"), REFUSED, KeyError("x"), StopIteration(0)),
    "L3 in a text only": lambda: SDKException(f"{'<p>' * 500} [Errno 111] Connection refused"),
}


@pytest.mark.parametrize("how", HIDDEN)
def test_the_innermost_cause_is_said_wherever_it_hides(how):
    said = explain_login_error("mine", entry("http://h/v3"), HIDDEN[how]())
    assert re.search(r"does not answer: (.*\] )?Connection refused\. Nothing is listening", said), said
    assert len(said) < 600


@pytest.mark.parametrize("key", ["password", "token", "application_credential_secret", "passcode", "passwd", "api_key"])
@pytest.mark.parametrize("secret", [SECRET, "it's \\ two", "a/b c", "two  spaces", "0815", "x", 83])
def test_no_secret_is_said(key, secret):
    error = SDKException(
        f"I got {secret!r}, which is {secret} or http://h/?p={str(secret).replace('/', '%2F').replace(' ', '%20')}"
    )
    for mine in ({"auth": {key: secret}}, {"regions": [{"name": "a", "values": {"auth": {key: secret}}}]}):
        said = explain_login_error("mine", mine, error)
        assert not re.search(rf"(?<!\w){re.escape(str(secret))}(?!\w)", said), said
        assert "***" in said


def test_no_secret_of_an_address_is_said():
    for url in ("http://ada:hunter2@h/v3", "http://ada:hunter2@[h/v3"):
        assert "hunter2" not in explain_login_error("mine", entry(url), SDKException(f"not {url}"))


def test_no_part_of_a_secret_is_said():
    mine = {"auth": {"password": "hunter", "token": "hunter-and-more"}}
    assert "more" not in explain_login_error("mine", mine, SDKException("not hunter-and-more"))


def test_L3_a_proxy_that_is_not_there_is_told_as_such(places, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://{places['closed']}")
    said = failure(json.dumps({"clouds": {"mine": entry("http://cloud.example.org/v3")}}))
    assert "does not answer: Connection refused. Check the variables `HTTPS_PROXY`" in said


def test_L11_a_package_that_is_missing_is_named():
    said = explain_login_error("mine", entry("http://h/v3"), ImportError("$ pip install keystoneauth1[kerberos]"))
    assert "needs a package that is not installed: $ pip install keystoneauth1[kerberos]" in said


def test_L13_variables_are_named_in_place_of_clouds_yaml(places, monkeypatch):
    variables = {"auth_url": f"http://{places['http']}/good/v3", **USER, **LAB}
    for name, value in variables.items():
        monkeypatch.setenv(f"OS_{name.upper()}", value)
    monkeypatch.setenv("OS_CLOUD", "envvars")
    assert connect().current_project_id == "1"
    monkeypatch.delenv("OS_AUTH_URL")
    with pytest.raises(CourseError, match=r"'envvars' in your variables `OS_...` is not complete: .*auth_url"):
        connect()


@pytest.mark.parametrize("auth", [USER | LAB, USER | {"project_id": "1"}, APPLICATION, {"token": SECRET, **LAB}])
def test_L12_each_valid_form_logs_in(auth, places, tmp_path):
    beside = APP if "application_credential_id" in auth else TOK if "token" in auth else {}
    mine = entry(f"http://{places['http']}/good/v3", auth, **beside)
    (tmp_path / "clouds.yaml").write_text(yaml.safe_dump({"clouds": {"mine": mine}}))
    assert connect().current_project_id == "1"


def test_L12_an_application_credential_needs_no_list_of_versions(places, tmp_path):
    mine = entry(f"http://{places['http']}/only-post/v3", APPLICATION, **APP)
    (tmp_path / "clouds.yaml").write_text(yaml.safe_dump({"clouds": {"mine": mine}}))
    assert connect().current_project_id == "1"


def test_L6_endpoints_without_a_region_do_no_harm(places, tmp_path):
    mine = entry(f"http://{places['http']}/good/v3", region_name="Fra1")
    (tmp_path / "clouds.yaml").write_text(yaml.safe_dump({"clouds": {"mine": mine}}))
    conn = connect()
    assert conn.session.timeout is None  # What the learner asks later may take its time.


def test_L4_a_login_that_asks_people_may_take_longer(places, monkeypatch):
    monkeypatch.setattr(connection, "_SECONDS", 0.1)
    monkeypatch.setattr(connection, "_SECONDS_OF_PEOPLE", 0.2)
    auth = {"identity_provider": "x", "protocol": "y", "client_id": "z"} | {
        "discovery_endpoint": f"http://{places['silent']}"
    }
    mine = entry(f"http://{places['silent']}/v3", auth, auth_type="v3oidcdeviceauthz")
    assert "timed out after 0.2 s" in failure(json.dumps({"clouds": {"mine": mine}}))


def test_the_table_of_notebook_15_is_the_one_that_connect_has():
    cells = json.loads((ROOT / "notebooks" / "15_your_own_cloud.ipynb").read_text())["cells"]
    text = next("".join(cell["source"]) for cell in cells if "| It says |" in "".join(cell["source"]))
    rows = [tuple(re.split(r" *\| *", line)[1:4]) for line in text.splitlines() if line.startswith("|")][2:]
    assert sorted(rows) == sorted((row.says, row.at, row.advice) for row in ROWS if row.says)
