"""What a refusal says of an address: that there is no such mailbox, or only that this mail was not taken.

Only the first ends in suppression, since the second is as a rule our fault or the day's. The rule: an enhanced status
(RFC 3463) decides alone; 5.1.1 is an unknown mailbox, 5.1.6 one that has moved away, 5.1.10 one whose domain takes no
mail (RFC 7505). Not 5.1.2 (unknown domain), which a relay with broken name service says of everybody, nor 5.2.1
(disabled), which Gmail also says of one that gets mail too fast. Without a status, or with 5.0.0 or 5.1.0 that say
nothing, the words decide: RFC 5321 gives 550 for unknown mailboxes and policy alike. Words about the sender's address
outweigh both.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

GONE = ("1.1", "1.6", "1.10")
"""Enhanced statuses, without their class, that say that there is no such mailbox."""
_OF_THE_MAILBOX = (*GONE, "1.3", "2.1", "2.2", "2.3", "2.4")
"""Also: its address is none, it is disabled, full, too small, a list. Not all of 2, where Exchange has put
5.2.252 (we may not send as mail.sender)."""
_SAY_NOTHING = ("0.0", "1.0", "")
_ADDRESS_CODES = ("550", "551", "553", "")
_REPLY = re.compile(r"(?:smtp;)?\s*(?P<code>[245]\d\d\b)?[ -]*(?P<status>[245]\.\d{1,3}\.\d{1,3}\b)?", re.IGNORECASE)


def no_such_mailbox(answer: str, status: str = "", sender: str = "") -> bool:
    """Whether a server's answer, as ``550 5.1.1 user unknown``, or the status of a report, says so for good.

    ``sender``: our envelope sender; an answer that names it is not about the reader.
    """
    code, found = _reply(answer)
    status = found or status
    words = " ".join(answer.lower().split())
    if code[:1] in ("2", "4") or status[:1] in ("2", "4"):
        return False
    if any(phrase in words for phrase in _phrases("about_the_sender")) or (sender and sender.lower() in words):
        return False
    if status[2:] not in _SAY_NOTHING:
        return status[2:] in GONE
    return code in _ADDRESS_CODES and any(phrase in words for phrase in _phrases("no_such_mailbox"))


def of_the_mailbox(answer: str) -> bool:
    """Whether a refusal, for ever or for now, is by its status or words of this mailbox alone. Else it may be of us:
    "554 5.7.1 Relay access denied" is said to every reader where the relay has forgotten our login."""
    return _reply(answer)[1][2:] in _OF_THE_MAILBOX or no_such_mailbox(answer)


def reply_of(answer: str) -> str:
    """The codes of an answer, as ``550 5.1.1``: its words may name the reader. Empty where it is no server's."""
    return " ".join(one for one in _reply(answer) if one)


def _reply(answer: str) -> tuple[str, str]:
    found = _REPLY.match(answer.strip())
    return (found["code"] or "", found["status"] or "") if found else ("", "")


@cache
def _phrases(name: str) -> tuple[str, ...]:
    text = files("digests").joinpath(f"data/{name}.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))
