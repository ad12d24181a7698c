"""Whose fault a refusal is: the reader's, or ours.

A relay that has forgotten our login says "554 5.7.1 Relay access denied" to every reader alike, one whose disk is full
"452 4.3.1" for days. So a refusal that is not of the mailbox itself (digests.refusals) ends a mail only once the server
has taken another one behind it; till then it is deferred. A row of them with none taken between ends the posting: the
operator hears of it while nearly all still wait untried.
"""

from __future__ import annotations

from digests.record import Mail, Record
from digests.refusals import of_the_mailbox, reply_of
from digests.smtp import Answer
from digests.states import MOST_ATTEMPTS, MOST_IN_DOUBT, Fate

MOST_REFUSED = 5
"""Refusals one after the other, none of them of the mailbox itself, after which the server is left alone. Fewer than
the ten errors in one connection after which Postfix slows down."""
_OF_ITS_OWN = ("421", "452", "454", "455")
"""What a server says for now and because of itself: 454 4.7.1 is how Postfix denies relaying. Not 450 and 451, with
which whole domains greylist: at the first try that may be everybody."""


class Doubts:
    """Takes the answers to one posting, and has them recorded. ``trouble``: why the server is to be left alone."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._open: list[tuple[Mail, Answer]] = []
        self._row = 0
        self.trouble: str | None = None

    def heard(self, mail: Mail, answer: Answer) -> None:
        """What the server said of a mail."""
        verdict, doubtful = _verdict(mail.attempts + 1, answer)
        if doubtful:
            self._open.append((mail, verdict))
            verdict = Answer(Fate.DEFERRED, answer.detail)
        self._record.done(mail, verdict)
        if answer.fate is Fate.SENT:
            self._row = 0
            while self._open:
                self._record.done(*self._open.pop(), again=True)
        elif doubtful or (reply_of(answer.detail)[:3] in _OF_ITS_OWN and not of_the_mailbox(answer.detail)):
            self._row += 1
            if self._row >= MOST_REFUSED:
                self.trouble = (
                    f"the SMTP server refused {self._row} mails in a row for reasons that are not the readers' (look "
                    f"at mail.host, mail.username, mail.sender), the last with {reply_of(answer.detail)}; `idwatch "
                    "mail failed` lists its words. All are kept and tried again"
                )


def _verdict(tries: int, answer: Answer) -> tuple[Answer, bool]:
    """What an answer makes of a mail where it is about this reader, and whether that is in doubt."""
    doubtful = tries < MOST_IN_DOUBT and not of_the_mailbox(answer.detail)
    if answer.fate is Fate.FAILED:
        return answer, doubtful
    if answer.fate is Fate.DEFERRED and tries >= MOST_ATTEMPTS:
        return Answer(Fate.FAILED, f"given up after {tries} tries: {answer.detail}"), doubtful
    return answer, False
