"""How a number is written for a person; pure."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from presentation import money

Number = int | float | Decimal

UNKNOWN = "–"
MINUS = "−"
MINOR_UNITS_BELOW = 1000
# What is cheaper from less than a request a month on is so from the first: there is no crossing.
ONE_REQUEST = 1.0
MAX_EXPONENT = 310
# So many that no ratio above `NO_RATIO` is rounded to nothing.
STATED_PLACES = 8
MAX_PLAIN = Decimal("1e15")
NO_RATIO = Decimal("1e-9")
SCALES = (
    (Decimal("1e12"), "tn"),
    (Decimal("1e9"), "bn"),
    (Decimal("1e6"), "M"),
    (Decimal("1e3"), "k"),
)
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_CONTEXT = Context(prec=400, rounding=ROUND_HALF_UP)


def as_decimal(value: object) -> Decimal | None:
    """Return the number as its shortest exact Decimal, or None where there is no finite number."""
    if (
        value is None
        or isinstance(value, bool)
        or not isinstance(value, int | float | Decimal | str)
    ):
        return None
    try:
        number = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    if not number.is_finite() or number.adjusted() > MAX_EXPONENT:
        return None
    return number if number.adjusted() >= -MAX_EXPONENT else Decimal(0)


def rounded(value: Decimal, places: int) -> Decimal:
    """Return the value rounded half up to so many decimal places."""
    return value.quantize(Decimal(1).scaleb(-places), context=_CONTEXT)


def significant(value: Decimal, digits: int) -> Decimal:
    """Return the value rounded half up to so many significant digits."""
    if value == 0:
        return value
    return rounded(value, digits - 1 - value.adjusted())


def _write(value: object, write: Callable[[Decimal], str]) -> str:
    """The sign and what `write` makes of the number without it; a dash where there is none."""
    number = as_decimal(value)
    if number is None:
        return UNKNOWN
    text = write(abs(number))
    is_zero = not any(digit in text for digit in "123456789")
    return f"{MINUS}{text}" if number < 0 and not is_zero else text


def _scientific(value: Decimal) -> str:
    shown = significant(value, 2)
    exponent = str(shown.adjusted()).translate(SUPERSCRIPTS)
    return f"{shown.scaleb(-shown.adjusted(), context=_CONTEXT):.1f}×10{exponent}"


def _money(size: Decimal) -> str:
    """An amount of the currency shown; one below ten of its smallest unit to three digits."""
    places = money.shown().digits
    if size >= MAX_PLAIN:
        return _scientific(size)
    if size < Decimal("1e-6"):
        return "0" if size == 0 else f"{rounded(Decimal(0), places)}"
    if size < Decimal(10).scaleb(-places):
        return f"{significant(size, 3):f}"
    whole = rounded(size, places)
    return f"{whole:f}" if whole < MINOR_UNITS_BELOW else f"{rounded(size, 0):,}"


def _compact_money(size: Decimal) -> str:
    return _compact(size, 3) if size >= 1 else _money(size)


def _compact(size: Decimal, digits: int) -> str:
    size = significant(size, digits) if size >= 1 else rounded(size, 2)
    if size >= MAX_PLAIN:
        return _scientific(size)
    for scale, suffix in SCALES:
        if size >= scale:
            return f"{_trimmed(f'{size / scale:f}')} {suffix}"
    return _trimmed(f"{size:f}")


def _grouped(size: Decimal, places: int) -> str:
    """Thousands separated, without trailing zeros."""
    if size >= MAX_PLAIN:
        return _scientific(size)
    return _trimmed(f"{rounded(size, places):,f}")


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def converted(usd: object) -> Decimal | None:
    """Money as a number in the currency shown, to be written otherwise than money is."""
    number = as_decimal(usd)
    return None if number is None else money.shown().of(number)


def amount(usd: object) -> str:
    """Money under a head that names its currency: `44,550`, `0.39`; cents vanish from 1,000."""
    return _write(converted(usd), _money)


def usd(value: object) -> str:
    """Money in a sentence or by itself, with its sign: `$44,550`, `$0.39`, `−$1,200`."""
    return _write(converted(value), lambda size: f"{money.shown().sign}{_money(size)}")


def count(value: object) -> str:
    """A number of things, thousands separated: `3,000,000`."""
    return _write(value, lambda size: _grouped(size, 0))


def compact(value: object, digits: int = 3) -> str:
    """A number short enough for a label, to three significant digits: `8.87 M`, `950`, `1.2 bn`."""
    return _write(value, lambda size: _compact(size, digits))


def compact_usd(value: object) -> str:
    """Money short enough for a label: `$44.6 k`, `−$1.2 M`, `$0.39`."""
    return _write(converted(value), lambda size: f"{money.shown().sign}{_compact_money(size)}")


def tokens(value: object) -> str:
    """A number of tokens: `10.7 bn`."""
    return compact(value)


def ratio_percent(value: object, places: int = 1) -> str:
    """A ratio from 0 to 1 as a percentage: 0.123 → `12.3 %`; a trailing zero is dropped.

    What is not nothing never reads as nothing: `under 0.1 %`.
    """
    number = as_decimal(value)
    least = Decimal(1).scaleb(-places)
    if number is not None and NO_RATIO < abs(number) < least / 200:
        return f"under {least} %"
    return _write(value, lambda size: f"{_grouped(size * 100, places)} %")


def stated_percent(value: object) -> str:
    """A ratio that somebody stated, as a percentage with its digits: 0.0002 → `0.02 %`."""
    return ratio_percent(value, STATED_PLACES)


def level(value: object) -> str:
    """A maturity score from 1 to 5 to one decimal, half up: `2.4`."""
    return _write(
        value, lambda size: _scientific(size) if size >= MAX_PLAIN else f"{rounded(size, 1):f}"
    )


def nearest_level(value: object) -> int | None:
    """The whole level that a score stands for: as `level` writes it, then half up; 2.5 is 3."""
    number = as_decimal(value)
    return None if number is None else int(rounded(rounded(number, 1), 0))


def months(value: object) -> str:
    """A span in months to one decimal: `2.3 months`, `1 month`, `less than 0.1 months`."""

    def write(size: Decimal) -> str:
        text = _grouped(size, 1)
        text = "less than 0.1" if size and text == "0" else text
        return f"{text} month" if text == "1" else f"{text} months"

    return _write(value, write)
