"""Fork processes that never outlive their parent."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.context import ForkProcess
from typing import Any


def fork(function: Callable, *arguments: Any) -> ForkProcess:
    """Call a function in a forked process."""
    process = multiprocessing.get_context("fork").Process(target=_run, args=(function, *arguments))
    process.start()
    return process


def in_parallel(*calls: tuple) -> None:
    """Call functions in parallel, each given as a tuple with its arguments; exit with 1 if any fails."""
    children = [fork(*call) for call in calls]
    for child in children:
        child.join()
    if any(child.exitcode for child in children):
        raise SystemExit(1)


def _run(function: Callable, *arguments: Any) -> None:
    def end_with_parent() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
        os._exit(1)

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=end_with_parent, daemon=True).start()
    function(*arguments)
