"""The words of the documents: titles of keys, and how long texts are shortened; pure."""

from costing.scenarios.content.titles import ANTI_PATTERN_TITLES as ANTI_PATTERNS
from costing.scenarios.content.titles import LEVER_TITLES
from costing.scenarios.content.titles import STRATEGY_TITLES as STRATEGIES

__all__ = [
    "ANTI_PATTERNS",
    "EFFORTS",
    "FLAGS",
    "LEVERS",
    "STATES",
    "STRATEGIES",
    "first_upper",
    "fit",
    "lever_series",
    "plural",
    "series",
    "title_of",
]
# In the middle of a sentence.
LEVERS = {key: title.lower() for key, title in LEVER_TITLES.items()}
FLAGS = {
    "unrated": "no level chosen",
    "unevidenced": "no check answered",
    "contradiction": "claim and evidence disagree",
}
STATES = {
    "yes": "in place",
    "partial": "partly",
    "no": "not in place",
    "unknown": "not known",
    "not_applicable": "not applicable",
    "unanswered": "unanswered",
}
EFFORTS = {
    "low": "small",
    "medium": "medium",
    "high": "large",
    "s": "small",
    "m": "medium",
    "l": "large",
}


def title_of(titles: dict[str, str], key: str) -> str:
    """The title of `key`, or the key itself in plain words."""
    return titles.get(key) or key.replace("_", " ").replace("-", " ")


def fit(text: object, limit: int) -> str:
    """`text` on one line and at most `limit` characters, cut at a word where one ends near."""
    line = " ".join(str(text).split())
    line = "".join(char for char in line if char.isprintable())
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    word_end = cut.rfind(" ")
    return (cut[:word_end] if word_end > limit * 0.6 else cut).rstrip(" ,;:.") + "…"


def series(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def first_upper(sentence: str) -> str:
    """The sentence with a capital at its start."""
    return sentence[:1].upper() + sentence[1:]


def lever_series(levers: list[str]) -> str:
    """The levers by name, or that there are none."""
    return series([title_of(LEVERS, lever) for lever in levers]) or "no lever"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 check`, `2 checks`."""
    return f"{count} {one if count == 1 else many or one + 's'}"
