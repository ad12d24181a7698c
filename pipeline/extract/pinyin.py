"""Chinese personal names in pinyin as the press writes them: family name, given name in one word."""

from __future__ import annotations

from functools import cache

from pipeline.extract.wordlist import words
from pipeline.pinyin import syllables

# As family names these characters are read otherwise than alone.
_SURNAMES = {
    "单": "Shan",
        "曾": "Zeng", "仇": "Qiu", "区": "Ou", "解": "Xie", "查": "Zha", "盖": "Ge", "朴": "Piao", "乐": "Yue",
    "翟": "Zhai", "缪": "Miao", "谌": "Chen", "冼": "Xian",
        "覃": "Qin", "尉": "Wei", "任": "Ren", "华": "Hua", "纪": "Ji", "宁": "Ning", "燕": "Yan", "晟": "Cheng",
}  # fmt: skip


@cache
def pinyin(name: str) -> str:
    """`周蕴` → `Zhou Yun`, `欧阳娜` → `Ouyang Na`; ü is written yu after l and n, as in passports."""
    double = next((word for word in words("zh", "surname") if len(word) == 2 and name.startswith(word)), None)
    cut = 2 if double and len(name) > 2 else 1
    family = _SURNAMES.get(name[0]) if cut == 1 else None
    return f"{family or _spell(name[:cut])} {_spell(name[cut:])}".strip()


def _spell(characters: str) -> str:
    return "".join(syllables(characters)).replace("v", "yu").capitalize()
