"""What the commands of this wing share: the open database, and words for what goes wrong with it open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from digests.delivery import DeliveryError
from digests.editions import EditionError
from digests.message import SenderError
from digests.periods import PeriodError
from digests.regions import RegionError
from digests.subscribers import SubscriberError
from pipeline.config import Settings
from pipeline.console import SOME_FAILED, USAGE, fail, settings_of
from pipeline.store.database import Database, DatabaseError, open_database
from pipeline.store.locks import LockHeld


@contextmanager
def opened(ctx: typer.Context) -> Iterator[tuple[Database, Settings]]:
    """The open database; what goes wrong inside is told in one line, with the exit code it deserves."""
    settings = settings_of(ctx)
    try:
        database = open_database(settings)
        try:
            yield database, settings
        finally:
            database.close()
    except (PeriodError, RegionError, SubscriberError, SenderError) as error:
        fail(str(error), USAGE)
    except (DatabaseError, DeliveryError, EditionError, LockHeld, OSError) as error:
        fail(str(error), SOME_FAILED)
