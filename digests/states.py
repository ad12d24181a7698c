"""States of a mail on its way to a reader, and when one is tried again.

queued → sending → sent → bounced        sent: the server took it; bounced: it came back afterwards
                 → deferred → …          refused for now; tried again after a while, at last failed
                 → failed                refused for good (content, policy), or deferred too often, and the server is
                                         known to take mails of ours (see digests.doubts)
                 → suppressed            there is no such mailbox, or the address is on the suppression list
                 → uncertain             handed over whole, and no answer came
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

OPEN = ("queued", "deferred")
"""States from which a mail is sent."""
RETRY_AFTER = timedelta(minutes=15)
"""A deferred mail is tried again after this, each time after twice as long: greylisting lets it pass at the second."""
MOST_ATTEMPTS = 8
"""Then it has failed: it was deferred for 32 hours."""
MOST_IN_DOUBT = 10
"""Where it is not known whether the server takes any mail of ours: five days, as long as servers try themselves."""
MOST_RESENT = 3
"""An uncertain mail is sent again by policy only while it was tried fewer times: no server gets it for ever."""


class Fate(Enum):
    """What became of a mail; the values are states. UNCERTAIN: all of it was handed over and no answer came."""

    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    UNCERTAIN = "uncertain"


def is_due(state: str, attempts: int, changed_at: datetime, now: datetime) -> bool:
    """Whether the service sends a mail now: at once where it is queued, after a pause where it was deferred."""
    if state == "deferred":
        return now - changed_at >= RETRY_AFTER * (1 << max(attempts - 1, 0))
    return state == "queued"
