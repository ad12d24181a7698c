"""The one clock: now is asked here and handed down.

The key ``clock.now`` of the configuration fixes it (the demo and the tests do; child processes inherit
it through the environment). Locks, delays and timeouts do not ask here: they run on monotonic time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from pipeline.config import Settings

BEIJING = ZoneInfo("Asia/Shanghai")


def now(settings: Settings) -> datetime:
    """The present instant in UTC, or the fixed one that ``clock.now`` names."""
    return settings.clock.now if settings.clock.now is not None else datetime.now(UTC)


def beijing_day(instant: datetime) -> date:
    """The calendar day in Beijing at an instant: weeks run Monday to Sunday by these days."""
    return instant.astimezone(BEIJING).date()
