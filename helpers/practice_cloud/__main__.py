"""The command practice-cloud."""

import argparse
import json
import shlex
import sys
from collections.abc import Callable

from . import PracticeCloudError, load, proxy, reset, save, start, status, stop
from .gateway.tunnel_client import connect


def main() -> None:
    """Run one command; exit with 0, or with 1 if it fails or if status finds that the cloud is not running."""
    parser = argparse.ArgumentParser(prog="practice-cloud", description="A small OpenStack cloud to practise on.")
    commands = parser.add_subparsers(metavar="command", required=True)

    def command(name: str, function: Callable[[argparse.Namespace], None], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(function=function)
        return added

    command("start", _start, "start the cloud; the first start builds it")
    command("stop", lambda _: stop(), "stop the cloud and keep everything on it")
    status_parser = command("status", _status, "show whether the cloud is running, and its URLs")
    status_parser.add_argument("--json", action="store_true", help="print JSON")
    command("reset", lambda _: reset(), "restore the cloud to its state after the build")
    save_parser = command("save", lambda given: save(given.name, print), "save a checkpoint of the cloud under a name")
    load_parser = command("load", lambda given: load(given.name, print), "restore the checkpoint of that name")
    for parser_with_name in (save_parser, load_parser):
        parser_with_name.add_argument("name")
    connect_parser = command("connect", _connect, "connect standard input and output to a server's floating IP")
    connect_parser.add_argument("host")
    connect_parser.add_argument("port", type=int)
    arguments = parser.parse_args()
    try:
        arguments.function(arguments)
    except (PracticeCloudError, OSError) as error:
        sys.exit(f"practice-cloud: {error}")
    except KeyboardInterrupt:
        sys.exit("practice-cloud: interrupted; run it again to continue")


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
