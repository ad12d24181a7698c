"""How two names agree."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How two names agree, the best first."""

    SAME_NAME = "same name"
    PART_OF_NAME = "part of the name"
    SPELT_ALIKE = "spelt alike"
    SAME_SOUND = "same sound"
    LIKE_SOUND = "like sound"
    UNTOLD = "no sound to tell by"
    OTHER_SOUND = "another sound"
    OTHER_NAME = "another name"
