"""The command practice-cloud."""

import argparse
import json
import shlex
import sys
from collections.abc import Callable

from . import PracticeCloudError, load, proxy, reset, save, start, status, stop
from .gateway.tunnel_client import connect


def main() -> None:
    """Run one command and end with exit code 0, or 1 where it failed or, for status, where not all runs."""
    parser = argparse.ArgumentParser(prog="practice-cloud", description="A small OpenStack cloud to practise on.")
    commands = parser.add_subparsers(metavar="command", required=True)

    def command(name: str, function: Callable[[argparse.Namespace], None], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(function=function)
        return added

    command("start", _start, "start the cloud, and build it first where there is none")
    command("stop", lambda _: stop(), "stop the cloud; what is on it is kept")
    looking = command("status", _status, "tell whether the cloud runs, and where")
    looking.add_argument("--json", action="store_true", help="for programs")
    command("reset", lambda _: reset(), "undo all since the cloud was built")
    saving = command("save", lambda given: save(given.name, print), "keep a copy of what is on the cloud, under a name")
    loading = command("load", lambda given: load(given.name, print), "go on from what was saved under a name")
    for named in (saving, loading):
        named.add_argument("name")
    joining = command("connect", _connect, "join standard input and output to a server's floating IP")
    joining.add_argument("host")
    joining.add_argument("port", type=int)
    arguments = parser.parse_args()
    try:
        arguments.function(arguments)
    except (PracticeCloudError, OSError) as error:
        sys.exit(f"practice-cloud: {error}")
    except KeyboardInterrupt:
        sys.exit("practice-cloud: interrupted; run it again to go on")


def _start(_: argparse.Namespace) -> None:
    now = start(report=print)
    ssh_config = shlex.quote(f"{now['home']}/ssh_config")
    print("To use it outside the notebooks:")
    print(f"  export OS_CLIENT_CONFIG_FILE={shlex.quote(now['clouds_yaml'])} OS_CLOUD=practice")
    print(f"  ssh -F {ssh_config} USER@FLOATING_IP")


def _status(arguments: argparse.Namespace) -> None:
    now = status()
    rows = [f"  {name:10}{s['state']:10}{s['url']}  pid {s['pid'] or '-'}" for name, s in now["services"].items()]
    table = "\n".join([f"practice cloud in {now['home']}: {now['message']}", *rows])
    print(json.dumps(now, indent=1) if arguments.json else table)
    sys.exit(not now["running"])


def _connect(arguments: argparse.Namespace) -> None:
    connect(proxy(), arguments.host, arguments.port)


if __name__ == "__main__":
    main()
