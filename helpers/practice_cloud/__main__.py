"""The command practice-cloud."""

import argparse
import json
import sys

from . import PracticeCloudError, reset, start, status, stop


def main() -> None:
    """Run one command and end with exit code 0, or 1 where it failed or nothing runs."""
    parser = argparse.ArgumentParser(prog="practice-cloud", description="A small OpenStack cloud to practise on.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("start", help="start it, and build it on first use")
    commands.add_parser("stop", help="stop it; what was created on it is kept")
    commands.add_parser("reset", help="put it back to how it was when it was built")
    commands.add_parser("status", help="tell how it does").add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    try:
        if arguments.command == "start":
            start(report=print)
            print(_how_to_use())
        elif arguments.command == "status":
            _print_status(arguments.json)
        else:
            {"stop": stop, "reset": reset}[arguments.command]()
    except PracticeCloudError as error:
        sys.exit(f"practice-cloud: {error}")
    except KeyboardInterrupt:
        sys.exit("practice-cloud: interrupted; run it again to go on")


def _print_status(as_json: bool) -> None:
    now = status()
    if as_json:
        print(json.dumps(now, indent=1))
    else:
        print(f"practice cloud in {now['home']}: {now['message']}")
        for name, service in now["services"].items():
            print(f"  {name:10} {service['state']:9} {service['url']}  pid {service['pid'] or '-'}")
    sys.exit(not now["running"])


def _how_to_use() -> str:
    variables = f"OS_CLIENT_CONFIG_FILE={status()['clouds_yaml']} OS_CLOUD=practice"
    return f"To use it outside the notebooks:\n  export {variables}"


if __name__ == "__main__":
    main()
