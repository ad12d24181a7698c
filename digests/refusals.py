"""What a refusal says of an address: that there is no such mailbox, or only that this mail was not taken.

Only the first ends in suppression, since the second is as a rule our fault or the day's. The rule: an enhanced status
(RFC 3463) decides alone; 5.1.1 is an unknown mailbox, 5.1.6 one that has moved away, 5.1.10 one whose domain takes no
mail (RFC 7505). Not 5.1.2 (unknown domain), which a relay with broken name
service says of everybody, nor 5.2.1 (disabled), which Gmail also says of one that gets mail too fast. Without a status,
or with 5.0.0 or 5.1.0 that say nothing, the words decide: RFC 5321 gives 550 for unknown mailboxes and policy alike.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

GONE = ("5.1.1", "5.1.6", "5.1.10")
"""Enhanced statuses that say that there is no such mailbox."""
_SAY_NOTHING = ("5.0.0", "5.1.0", "")
_ADDRESS_CODES = ("550", "551", "553", "")
_REPLY = re.compile(r"\b(?P<code>[245]\d\d)?[ -]*(?P<status>[245]\.\d{1,3}\.\d{1,3})?\b")


def no_such_mailbox(answer: str, status: str = "") -> bool:
    """Whether a server's answer, as ``550 5.1.1 user unknown``, or the status of a report, says so for good."""
    found = _REPLY.match(answer.removeprefix("smtp;").strip())
    code = (found and found["code"]) or ""
    status = (found and found["status"]) or status
    if code[:1] in ("2", "4") or status[:1] in ("2", "4"):
        return False
    if status not in _SAY_NOTHING:
        return status in GONE
    words = " ".join(answer.lower().split())
    return code in _ADDRESS_CODES and any(phrase in words for phrase in _phrases())


@cache
def _phrases() -> tuple[str, ...]:
    text = files("digests").joinpath("data/no_such_mailbox.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))
