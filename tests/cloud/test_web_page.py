"""The script that learners take home: it needs none of the helpers, and leaves nothing."""

import ast
import sys

from shared.web_page import SCRIPT, run

NO_ANSWER = "clouds: {far: {auth: {auth_url: 'http://127.0.0.1:9/v3', username: a, password: b, project_name: c}}}"


def test_it_needs_openstacksdk_and_nothing_else():
    nodes = list(ast.walk(ast.parse(SCRIPT.read_text())))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    # keystoneauth1 comes with openstacksdk, and raises what the SDK lets through.
    assert {name.partition(".")[0] for name in names} - sys.stdlib_module_names == {"openstack", "keystoneauth1"}


def test_an_error_is_one_line(script, tmp_path):
    (tmp_path / "clouds.yaml").write_text(NO_ANSWER)
    elsewhere = script[1] | {"OS_CLIENT_CONFIG_FILE": str(tmp_path / "clouds.yaml")}
    assert run(script, "--cloud", "nope") == (1, [], ["ConfigException: Cloud nope was not found."])
    for option, kind in (("--vcpus", "flavor"), ("--distro", "image")):
        said = [f"This cloud has no {kind} such as you want. What you can change: --help"]
        assert run(script, option, "3") == (1, [], said)
    code, printed, complained = run((script[0], elsewhere), "--cloud", "far")
    assert (code, printed, [line.partition(":")[0] for line in complained]) == (1, [], ["ConnectFailure"])
