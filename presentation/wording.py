"""How dates, counted things and lists are written for a person; pure."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from unicodedata import bidirectional, category

from babel import Locale
from babel.dates import format_date, format_datetime

from presentation.money import Currency
from presentation.numbers import as_decimal, count

ENGLISH = Locale("en")
JOINERS = "\u200c\u200d"  # what Persian, Hindi and emoji of several parts are spelled with
MAX_LINE = 10_000
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ISOLATE, END_OF_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
UNSEEN = f"{JOINERS}{ISOLATE}{END_OF_ISOLATE}"  # what is not printed, and yet kept


def day(value: date) -> str:
    """`5 November 2026`."""
    return format_date(value, "d MMMM y", ENGLISH)


def short_day(value: date) -> str:
    """`5 Nov 2026`."""
    return format_date(value, "d MMM y", ENGLISH)


def day_of_year(value: date) -> str:
    """`5 Nov`."""
    return format_date(value, "d MMM", ENGLISH)


def moment(value: datetime) -> str:
    """`5 November 2026, 14:30`."""
    return format_datetime(value, "d MMMM y, HH:mm", locale=ENGLISH)


def short_moment(value: datetime) -> str:
    """`5 Nov 2026, 14:30`."""
    return format_datetime(value, "d MMM y, HH:mm", locale=ENGLISH)


def moment_of_year(value: datetime) -> str:
    """`5 Nov, 14:30`."""
    return format_datetime(value, "d MMM, HH:mm", locale=ENGLISH)


def short_month(value: date) -> str:
    """`Nov 2026`."""
    return format_date(value, "MMM y", ENGLISH)


def rate_text(currency: Currency) -> str:
    """`Shown in EUR at 0.92 EUR per USD (European Central Bank, 2 Nov 2026)`; empty for USD."""
    if currency.is_usd or currency.rate_on is None:
        return ""
    rate = f"{as_decimal(currency.units_per_usd):,f}".removesuffix(".0")
    where = f"{isolated(currency.source)}, {short_day(currency.rate_on)}"
    return f"Shown in {currency.code} at {rate} {currency.code} per USD ({where})"


def noun(written: str, one: str, many: str | None = None) -> str:
    """`one` where the number that is written is 1, else `many`, which is `one` with an s."""
    try:
        form = ENGLISH.plural_form(Decimal(written))
    except InvalidOperation:  # `3,000`, `8.87 M`
        form = "other"
    return one if form == "one" else many or f"{one}s"


def counted(
    value: object, one: str, many: str | None = None, *, write: Callable[[object], str] = count
) -> str:
    """`1 check`, `3,000 checks`; `write` writes the number."""
    written = write(value)
    return f"{written} {noun(written, one, many)}"


def series(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def alternatives(words: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def first_upper(phrase: str) -> str:
    """The phrase with a capital at its start."""
    return phrase[:1].upper() + phrase[1:]


def isolated(text: object) -> str:
    """A name as it stands inside other words: one that is read from right to left turns nothing.

    It is put between the marks of Unicode for an isolate; any other is left as it is.
    """
    name = str(text)
    is_turned = any(bidirectional(character) in ("R", "AL") for character in name)
    return f"{ISOLATE}{name}{END_OF_ISOLATE}" if is_turned else name


def fit(text: object, limit: int) -> str:
    """The text on one line and at most `limit` characters, cut at a word where one ends near."""
    line = " ".join(str(text).split())
    line = "".join(char for char in line if char.isprintable() or char in UNSEEN)
    if len(line) > limit:
        cut = line[: limit - 1]
        word_end = cut.rfind(" ")
        line = (cut[:word_end] if word_end > limit * 0.6 else cut).rstrip(" ,;:.") + "…"
    return line + END_OF_ISOLATE * (line.count(ISOLATE) - line.count(END_OF_ISOLATE))


def fit_ends(text: object, limit: int) -> str:
    """The same cut in the middle, so that names that begin alike stay apart."""
    line = fit(text, MAX_LINE)
    if len(line) <= limit:
        return line
    end = line[-(limit // 2) :]
    words = end.partition(" ")[2] or end[-(limit // 3) :]
    while words and (category(words[0]).startswith("M") or words[0] in JOINERS):
        words = words[1:]  # no mark without the letter that it belongs to
    return f"{fit(line, limit - len(words) - 1)} {words}"


# fmt: off
_WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)
_TENS = (
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)
# fmt: on


def named_or_counted(titles: Sequence[str], one: str) -> str:
    """What has a title: the one by it, several by their number: `“Search”`, `3 parts`."""
    only = titles[0] if len(titles) == 1 else ""
    return f"“{isolated(fit_ends(only, 40))}”" if only else counted(len(titles), one)


def count_word(number: int) -> str:
    """A count from 0 to 99 in words, `no` to `ninety-nine`; any other in digits."""
    if not 0 <= number < 100:
        return count(number)
    if number < len(_WORDS):
        return _WORDS[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens - 2]}-{_WORDS[ones]}" if ones else _TENS[tens - 2]
