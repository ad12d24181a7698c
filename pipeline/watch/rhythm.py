"""When silence is a finding: a site's own rhythm, learnt from the days on which it published.

Each weekday has the share of days on which the site published; a silent day weighs by how unlikely it was (the negative
logarithm), so that a silent Tuesday of a site that writes every Tuesday weighs much and a silent Sunday nothing. A
silence is a finding once it weighs clearly more than the silences the site has had. Public holidays weigh nothing,
and weekend days with work count as weekdays.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from pipeline.clock import BEIJING
from pipeline.watch.holidays import SATURDAY, DayKind, holidays

WINDOWS = (200, 400, 1200)
"""Days looked back on: the shortest that has enough days with something published, so that old habits are forgotten."""
ENOUGH_IN_WINDOW = 40
LEAST_DAYS = 15
LEAST_SPAN = 56
"""With fewer days with something published, or over fewer days, the site's declared ``quiet_days`` decide."""
_LONGEST_BUT = 0.99
"""Of a hundred silences and more the longest is left out: a site moves house once."""
_LEAST_MARGIN = math.log(2)
_MADE_UP = 7
"""Class of the weekend days with work, after the seven weekdays."""
_USUAL_LAG = timedelta(hours=24)
_LEAST_LAGS = 10


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence that is a finding: since which day, and why, in words."""

    since: date
    why: str


def silence(
    days: Collection[date],
    now: datetime,
    *,
    quiet_days: int,
    chinese: bool,
    lags: Sequence[timedelta] = (),
) -> Silence | None:
    """Whether a site has been silent too long; None where not, or where nothing was ever published.

    ``days`` are the days (Beijing) on which it published something, ``lags`` how long after their day's end its pages
    were first seen (see ``lag_of``): a day counts as silent only once its pages would have been seen. ``chinese``
    says that Chinese holidays hold.
    """
    known = sorted({day for day in days if day <= _day(now)})
    if not known:
        return None
    last = known[-1]
    silent = [day for day in _after(last, _day(now)) if _ends(day) + _usual(lags) <= now and not _is_free(day, chinese)]
    rhythm = _Rhythm.learnt(known, chinese)
    if rhythm is None:
        if len(silent) <= quiet_days:
            return None
        return Silence(last, f"nothing published since {last}: {len(silent)} days, and {quiet_days} are declared usual")
    weight = sum(rhythm.weight(day) for day in silent)
    if weight <= rhythm.limit:
        return None
    usual = sum(rhythm.share(day) for day in silent)
    return Silence(
        last,
        f"nothing published since {last}: on {usual:.1f} of the {len(silent)} days since then it would usually have"
        f" been (silence {weight:.1f}, by its rhythm since {rhythm.since} at most {rhythm.limit:.1f})",
    )


def lag_of(published: date, first_seen_at: datetime) -> timedelta:
    """How long after the end of the day that a page gives itself it was first seen; none where it was that day."""
    return max(first_seen_at - _ends(published), timedelta())


@dataclass(frozen=True, slots=True)
class _Rhythm:
    since: date
    shares: tuple[float, ...]
    """By class of day: the weekdays from Monday, then weekend days with work."""
    chinese: bool
    limit: float = 0.0

    @classmethod
    def learnt(cls, known: Sequence[date], chinese: bool) -> _Rhythm | None:
        """The rhythm of these days (sorted); None where they are too few to tell."""
        recent: list[date] = []
        for window in WINDOWS:
            recent = [day for day in known if (known[-1] - day).days < window]
            if len(recent) >= ENOUGH_IN_WINDOW:
                break
        if len(recent) < LEAST_DAYS or (recent[-1] - recent[0]).days < LEAST_SPAN:
            return None
        rhythm = cls(recent[0], _shares(recent, chinese), chinese)
        weights = sorted(
            sum(rhythm.weight(day) for day in _after(one, next_) if day != next_) for one, next_ in pairwise(recent)
        )
        longest = weights[math.ceil(_LONGEST_BUT * len(weights)) - 1]
        # the fewer silences are known, the more a longer one may be chance
        margin = 1.25 + 5 / len(weights)
        return cls(rhythm.since, rhythm.shares, chinese, max(longest * margin, longest + _LEAST_MARGIN))

    def share(self, day: date) -> float:
        """The share of such days on which something was published."""
        return self.shares[_class(day, self.chinese)]

    def weight(self, day: date) -> float:
        return 0.0 if _is_free(day, self.chinese) else -math.log(1 - self.share(day))


def _shares(known: Sequence[date], chinese: bool) -> tuple[float, ...]:
    published, passed = [0] * (_MADE_UP + 1), [0] * (_MADE_UP + 1)
    of_known = set(known)
    for day in (known[0], *_after(known[0], known[-1])):
        if not _is_free(day, chinese):
            passed[_class(day, chinese)] += 1
            published[_class(day, chinese)] += day in of_known
    shares = [(some + 0.5) / (all_ + 1) for some, all_ in zip(published, passed, strict=True)][:_MADE_UP]
    # there are five to eight of them in a year: until the site's habit shows, they are taken for weekdays
    like = 2 * sum(shares[:SATURDAY]) / SATURDAY
    return (*shares, (published[_MADE_UP] + like) / (passed[_MADE_UP] + 2))


def _class(day: date, chinese: bool) -> int:
    made_up = chinese and holidays().kind(day) is DayKind.MADE_UP
    return _MADE_UP if made_up else day.weekday()


def _is_free(day: date, chinese: bool) -> bool:
    return chinese and holidays().kind(day) is DayKind.HOLIDAY


def _after(first: date, last: date) -> Iterator[date]:
    for number in range(1, (last - first).days + 1):
        yield first + timedelta(days=number)


def _ends(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), BEIJING).astimezone(UTC)


def _day(instant: datetime) -> date:
    return instant.astimezone(BEIJING).date()


def _usual(lags: Sequence[timedelta]) -> timedelta:
    """The lag within which nine of ten pages were seen."""
    if len(lags) < _LEAST_LAGS:
        return _USUAL_LAG
    return sorted(lags)[math.ceil(0.9 * len(lags)) - 1]
