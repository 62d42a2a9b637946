"""Fork processes that never outlive their parent."""

import multiprocessing
import os
import signal
import threading


def fork(function, *arguments) -> multiprocessing.Process:
    """Call a function in a forked process."""
    process = multiprocessing.get_context("fork").Process(target=_run, args=(function, *arguments))
    process.start()
    return process


def in_parallel(*calls: tuple) -> None:
    """Call functions at the same time, each a tuple of a function and its arguments, and wait for them.

    Raises:
        ChildProcessError: One of them failed; its traceback is in the supervisor's log.
    """
    children = [fork(*call) for call in calls]
    for child in children:
        child.join()
    if any(child.exitcode for child in children):
        raise ChildProcessError("a step of the build failed")


def _run(function, *arguments) -> None:
    def end_with_parent():
        multiprocessing.parent_process().join()
        os._exit(1)

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=end_with_parent, daemon=True).start()
    function(*arguments)
