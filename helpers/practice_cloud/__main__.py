"""The command practice-cloud."""

import argparse
import json
import shlex
import sys
from collections.abc import Callable
from contextlib import suppress

from . import PracticeCloud, PracticeCloudError
from .gateway import tunnel_client

_CLEAR = "\033[H\033[2J"  # Clears a terminal.


def main() -> None:
    """Run one command; exit with 0, or with 1 if it fails or if status finds that the cloud is not running."""
    parser = argparse.ArgumentParser(prog="practice-cloud", description="A small OpenStack cloud to practise on.")
    commands = parser.add_subparsers(metavar="command", required=True)

    def command(
        name: str, function: Callable[[PracticeCloud, argparse.Namespace], object], text: str
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(function=function)
        return added

    start = command("start", _start, "start the cloud; the first start builds it")
    start.add_argument("--learners", type=int, default=0, metavar="N", help="add learners, up to a class of N")
    command("stop", lambda cloud, _: cloud.stop(), "stop the cloud and keep everything on it")
    status = command("status", _status, "show whether the cloud is running, and its URLs")
    status.add_argument("--json", action="store_true", help="print JSON")
    reset = command(
        "reset", lambda cloud, given: cloud.reset(given.learner), "restore the cloud to its state after the build"
    )
    reset.add_argument("--learner", type=int, default=0, metavar="N", help="only the project of one learner")
    save = command("save", lambda cloud, given: cloud.save(given.name, _say), "save a checkpoint under a name")
    load = command("load", lambda cloud, given: cloud.load(given.name, _say), "restore the checkpoint of that name")
    for with_name in (save, load):
        with_name.add_argument("name")
    learner = command("learner", _learner, "write the login of a learner into a folder")
    learner.add_argument("number", type=int)
    learner.add_argument("folder")
    command("class", _class, "show how far the learners of a class are")
    connect = command("connect", _connect, "connect standard input and output to a server's floating IP")
    connect.add_argument("host")
    connect.add_argument("port", type=int)
    logs = command("logs", _logs, "write a zip file with what a bug report needs, without secrets")
    logs.add_argument("file", nargs="?", default="practice-cloud-logs.zip")
    arguments = parser.parse_args()
    try:
        arguments.function(PracticeCloud(), arguments)
    except (PracticeCloudError, OSError) as error:
        sys.exit(f"practice-cloud: {error}")
    except KeyboardInterrupt:
        sys.exit("practice-cloud: interrupted; run it again to continue")


def _say(message: str) -> None:
    """Print progress at once, also into a log."""
    print(message, flush=True)


def _start(cloud: PracticeCloud, given: argparse.Namespace) -> None:
    now = cloud.start(report=_say, learners=given.learners)
    ssh_config = shlex.quote(f"{now['home']}/ssh_config")
    print("To use it outside the notebooks:")
    print(f"  export OS_CLIENT_CONFIG_FILE={shlex.quote(now['clouds_yaml'])} OS_CLOUD=practice")
    print(f"  ssh -F {ssh_config} USER@FLOATING_IP")


def _learner(cloud: PracticeCloud, given: argparse.Namespace) -> None:
    folder = shlex.quote(str(cloud.learner(given.number, given.folder)))
    print("For the notebooks:")
    print(f"  export PRACTICE_CLOUD_HOME={folder}")
    print("For other programs:")
    print(f"  export OS_CLIENT_CONFIG_FILE={folder}/clouds.yaml OS_CLOUD=practice")
    print(f"  ssh -F {folder}/ssh_config USER@FLOATING_IP")


def _class(cloud: PracticeCloud, _: argparse.Namespace) -> None:
    with suppress(KeyboardInterrupt):
        for page in cloud.watch_class():
            print(f"{_CLEAR}{page}" if sys.stdout.isatty() else page, flush=True)


def _status(cloud: PracticeCloud, arguments: argparse.Namespace) -> None:
    now = cloud.status()
    rows = [f"  {name:10}{s['state']:10}{s['url']}  pid {s['pid'] or '-'}" for name, s in now["services"].items()]
    table = "\n".join([f"practice cloud in {now['home']}: {now['message']}", *rows])
    print(json.dumps(now, indent=1) if arguments.json else table)
    sys.exit(not now["running"])


def _connect(cloud: PracticeCloud, arguments: argparse.Namespace) -> None:
    tunnel_client.connect(cloud.proxy, arguments.host, arguments.port)


def _logs(cloud: PracticeCloud, arguments: argparse.Namespace) -> None:
    print(cloud.logs(arguments.file))


if __name__ == "__main__":
    main()
