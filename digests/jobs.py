"""A job of the service: never twice at once, and after a fault later and later, its fault told once."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable

import structlog
from sqlalchemy.exc import DBAPIError

from digests.delivery import DeliveryError
from digests.dkim import DkimError
from digests.editions import EditionError
from digests.message import SenderError
from pipeline.store.locks import LockHeld

PAUSES = (60.0, 300.0, 900.0, 3600.0)
"""Seconds until the next try after the first, second, … fault in a row; the last one from then on."""
FAULTS = (DeliveryError, DkimError, EditionError, SenderError, LockHeld, OSError)
"""What goes wrong outside of us (servers, disks, settings) and is told in words; all else with its traceback."""
_log = structlog.get_logger(__name__)


class Job:
    """Work that the scheduler calls at every tick.

    A tick is left out while the one before is still at work, and while the pause after a fault lasts. A fault is
    logged when it begins or becomes another one, and its end once; no exception leaves a call.
    """

    def __init__(self, name: str, work: Callable[[], object], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._work = work
        self._monotonic = monotonic
        self._busy = threading.Lock()
        self._fault: str | None = None
        self._failures = 0
        self._not_before = monotonic()

    def __call__(self) -> None:
        if not self._busy.acquire(blocking=False):
            return
        try:
            if self._monotonic() >= self._not_before:
                self._try()
        finally:
            self._busy.release()

    def _try(self) -> None:
        try:
            self._work()
        except Exception as error:
            self._failed(error)
        else:
            self._worked()

    def _failed(self, error: Exception) -> None:
        told = isinstance(error, FAULTS)
        # a database error repeats its statement: what went wrong is inside. Never repr: that of an error of encoding
        # holds all that was to be encoded, a password once
        cause = error.orig if isinstance(error, DBAPIError) else error
        fault = str(error) if told else f"{type(cause).__name__}: {cause}"
        if fault != self._fault:
            trace = {} if told else {"trace": "".join(traceback.format_exception(error))}
            _log.error("job_failed", job=self._name, why=fault, **trace)
        self._fault = fault
        pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._failures += 1
        self._not_before = self._monotonic() + pause

    def _worked(self) -> None:
        if self._fault is not None:
            _log.info("job_recovered", job=self._name, failures=self._failures)
        self._fault, self._failures = None, 0
