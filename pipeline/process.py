"""Child processes that end when their parent does, however it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping

# Not named IDWATCH_…: those are settings.
PARENT_VARIABLE = "_IDWATCH_PARENT"
LOOK_EVERY = 0.5
GRACE = 2.5
_PR_SET_PDEATHSIG = 1


def child_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment to start a child with that shall end with this process (``os.environ`` unless given)."""
    return {**(os.environ if environment is None else environment), PARENT_VARIABLE: str(os.getpid())}


def die_with_parent() -> bool:
    """In a child started with ``child_environment``: end when the parent is gone, within five seconds.

    First by SIGTERM, so that work can be put down, then at once. Elsewhere (a command typed by somebody, whose
    shell may well go away) it does nothing and returns False. Call it first thing.
    """
    named = os.environ.pop(PARENT_VARIABLE, "")
    if not named.isdigit():
        return False
    parent = int(named)
    if sys.platform == "linux":
        # The kernel tells faster than we look, and also where Python is kept from looking. It means the parent's
        # thread, not its process; whoever starts us from a thread waits in it.
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # gone before we could ask to be told
        os._exit(1)
    threading.Thread(target=_watch, args=(parent,), name="die-with-parent", daemon=True).start()
    return True


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    if sys.platform != "linux":
        os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)
