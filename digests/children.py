"""Running a command as a child process: stopped with us, and never left behind."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence

from pipeline.process import child_environment

LOOK_EVERY = 0.2
GRACE = 15.0
"""Seconds a child has after SIGTERM to finish what it is writing."""


def run_child(command: Sequence[str], stop: threading.Event) -> int:
    """Run a command to its end and return its exit code (negative: the signal that ended it).

    When ``stop`` is set the child is asked to end, and killed where it does not. It also ends when this process
    is killed, given that it calls ``pipeline.process.die_with_parent``. Raises OSError where it cannot be started.
    """
    child = subprocess.Popen(list(command), env=child_environment(), stdin=subprocess.DEVNULL)
    try:
        while not stop.is_set():
            try:
                return child.wait(LOOK_EVERY)
            except subprocess.TimeoutExpired:
                continue
        return _ended(child)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def _ended(child: subprocess.Popen[bytes]) -> int:
    child.terminate()
    until = time.monotonic() + GRACE
    while time.monotonic() < until:
        try:
            return child.wait(LOOK_EVERY)
        except subprocess.TimeoutExpired:
            continue
    child.kill()
    return child.wait()
