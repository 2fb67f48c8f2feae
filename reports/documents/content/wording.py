"""The words of the documents: titles of keys, and how long texts are shortened; pure."""

from costing.scenarios.content.titles import LEVER_TITLES, lever_series
from costing.scenarios.content.titles import STRATEGY_TITLES as STRATEGIES
from presentation.wording import counted, first_upper, fit, series

__all__ = [
    "EFFORTS",
    "FLAGS",
    "LEVERS",
    "STATES",
    "STRATEGIES",
    "counted",
    "first_upper",
    "fit",
    "lever_series",
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
