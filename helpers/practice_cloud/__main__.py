"""The command practice-cloud."""

import argparse
import json
import shlex
import sys

from . import PracticeCloudError, reset, start, status, stop


def main() -> None:
    """Run one command and end with exit code 0, or 1 where it failed or, for status, where not all runs."""
    parser = argparse.ArgumentParser(prog="practice-cloud", description="A small OpenStack cloud to practise on.")
    parser.add_argument(
        "command", choices=["start", "stop", "status", "reset"], help="reset undoes all since the build"
    )
    parser.add_argument("--json", action="store_true", help="print the status for programs")
    arguments = parser.parse_args()
    try:
        if arguments.command == "start":
            file = shlex.quote(start(report=print)["clouds_yaml"])
            print(f"To use it outside the notebooks:\n  export OS_CLIENT_CONFIG_FILE={file} OS_CLOUD=practice")
        elif arguments.command == "status":
            now = status()
            print(json.dumps(now, indent=1) if arguments.json else _table(now))
            sys.exit(not now["running"])
        else:
            {"stop": stop, "reset": reset}[arguments.command]()
    except (PracticeCloudError, OSError) as error:
        sys.exit(f"practice-cloud: {error}")
    except KeyboardInterrupt:
        sys.exit("practice-cloud: interrupted; run it again to go on")


def _table(now: dict) -> str:
    rows = [f"  {name:10}{s['state']:10}{s['url']}  pid {s['pid'] or '-'}" for name, s in now["services"].items()]
    return "\n".join([f"practice cloud in {now['home']}: {now['message']}", *rows])


if __name__ == "__main__":
    main()
