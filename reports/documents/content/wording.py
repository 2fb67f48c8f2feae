"""How documents write words, figures, dates and lists of a payload; pure."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from assessments.content.roadmap import EFFORTS as EFFORT_TITLES
from assessments.content.roadmap import STATUSES as STATUS_TITLES
from assessments.framework import Framework
from assessments.roadmap import ActionEntry, ActionStatus
from presentation.numbers import (
    UNKNOWN,
    amount,
    as_decimal,
    compact,
    converted,
    count,
    ratio_percent,
    rounded,
)
from presentation.wording import count_word, counted, series

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
EFFORTS = {effort.value: title.lower() for effort, title in EFFORT_TITLES.items()}
# The status of an action in words; an open one has none.
STATUSES = {status.value: title.lower() for status, title in STATUS_TITLES.items()}
STATUSES[ActionStatus.OPEN] = ""
Write = Callable[[object], str]
"""How the figures of a column are written."""

MAX_PROPERTY_LENGTH = 255
"""What Office takes of a file's title, subject or author."""
MAX_PLAIN_COUNT = Decimal(10) ** 6
MAX_PLAIN_PRICE = Decimal(10) ** 5
MAX_PLAIN_RATIO = Decimal(1000)
MAX_PLAIN_AMOUNT = Decimal(10) ** 9


def title_of(titles: dict[str, str], key: str) -> str:
    """The title of `key`, or the key itself in plain words."""
    return titles.get(key) or key.replace("_", " ").replace("-", " ")


def is_effort_assumed(action: ActionEntry) -> bool:
    """Whether nobody stated it: a draft’s step that no action of the framework covers."""
    return action.status is None and action.origin == "drafted" and not action.effort_days


def effort_text(action: ActionEntry) -> str:
    """How much work an action takes, in a word."""
    return "not stated" if is_effort_assumed(action) else title_of(EFFORTS, action.effort or "–")


def decimal(value: object) -> Decimal:
    """The figure as people read it (0.1 is 0.1); 0 where there is none."""
    return as_decimal(value) or Decimal(0)


def unit_price(value: object) -> str:
    """A price per million tokens in USD, in the currency shown, to a tenth of a cent: `4.183`."""
    number = converted(value)
    return UNKNOWN if number is None else f"{rounded(number, 3):,}"


def column_percent(value: object) -> str:
    """A ratio as a percentage for a column of a table: in short where it would not fit."""
    number = as_decimal(value)
    if number is None or abs(number) < MAX_PLAIN_RATIO:
        return ratio_percent(value)
    return f"{compact(number * 100)} %"


def money_column(usd: Iterable[object]) -> Write:
    """How the money of a column is written, one way for all of it.

    As `amount` does, in short where one of them would not fit.
    """
    return _column(usd, amount, MAX_PLAIN_AMOUNT)


def price_column(usd: Iterable[object]) -> Write:
    """How prices per million tokens of a column are written, as `money_column` says of money."""
    return _column(usd, unit_price, MAX_PLAIN_PRICE)


def _column(usd: Iterable[object], plain: Write, limit: Decimal) -> Write:
    sizes = (abs(number) for each in usd if (number := converted(each)) is not None)
    is_wide = max(sizes, default=Decimal(0)) >= limit
    return (lambda value: compact(converted(value))) if is_wide else plain


def volume(value: object) -> str:
    """A number of requests: in full below a million, in short from there on."""
    number = as_decimal(value)
    is_short = number is not None and abs(number) < MAX_PLAIN_COUNT
    return count(number) if is_short else compact(number)


def requests(value: object) -> str:
    """A volume with its noun: `3 M requests`, `1 request`."""
    return counted(value, "request", write=volume)


def anti_pattern_title(framework: Framework, key: str) -> str:
    """The title of an anti-pattern, its key in plain words where the version has none."""
    titles = {pattern.key: pattern.title for pattern in framework.anti_patterns}
    return title_of(titles, key)


def dimensions_title(framework: Framework) -> str:
    """`The five dimensions`."""
    return f"The {count_word(len(framework.dimensions))} dimensions"


def review_days(framework: Framework) -> str:
    """The last day of each phase: `30, 60 and 90`."""
    return series([str(phase.last_day) for phase in framework.phases])
