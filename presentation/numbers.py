"""How a number is written for a person; pure."""

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

Number = int | float | Decimal

UNKNOWN = "–"
MINUS = "−"
CENTS_BELOW_USD = 1000
LARGEST_EXPONENT = 310
MAX_PLAIN = Decimal("1e15")
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
    if not number.is_finite() or number.adjusted() > LARGEST_EXPONENT:
        return None
    return number if number.adjusted() >= -LARGEST_EXPONENT else Decimal(0)


def rounded(value: Decimal, places: int) -> Decimal:
    """Return the value rounded half up to so many decimal places."""
    return value.quantize(Decimal(1).scaleb(-places), context=_CONTEXT)


def significant(value: Decimal, digits: int) -> Decimal:
    """Return the value rounded half up to so many significant digits."""
    if value == 0:
        return value
    return rounded(value, digits - 1 - value.adjusted())


def _signed(text: str, value: Decimal) -> str:
    is_zero = not any(digit in text for digit in "123456789")
    return f"{MINUS}{text}" if value < 0 and not is_zero else text


def _scientific(value: Decimal) -> str:
    shown = significant(value, 2)
    exponent = str(shown.adjusted()).translate(SUPERSCRIPTS)
    return f"{shown.scaleb(-shown.adjusted(), context=_CONTEXT):.1f}×10{exponent}"


def _money(size: Decimal) -> str:
    if size >= MAX_PLAIN:
        return _scientific(size)
    if size < Decimal("1e-6"):
        return "0" if size == 0 else "0.00"
    if size < Decimal("0.1"):
        return f"{significant(size, 3):f}"
    cents = rounded(size, 2)
    return f"{cents:f}" if cents < CENTS_BELOW_USD else f"{rounded(size, 0):,}"


def amount(value: object) -> str:
    """Money in USD without its sign: `44,550`, `0.39`, `−1,200`; cents vanish from 1,000 upward."""
    number = as_decimal(value)
    return UNKNOWN if number is None else _signed(_money(abs(number)), number)


def usd(value: object) -> str:
    """Money in USD with its sign: `$44,550`, `$0.39`, `−$1,200`."""
    number = as_decimal(value)
    return UNKNOWN if number is None else _signed(f"${_money(abs(number))}", number)


def count(value: object) -> str:
    """A number of things, thousands separated: `3,000,000`."""
    number = as_decimal(value)
    if number is None:
        return UNKNOWN
    size = abs(number)
    return _signed(_scientific(size) if size >= MAX_PLAIN else f"{rounded(size, 0):,}", number)


def compact(value: object, digits: int = 3) -> str:
    """A number short enough for a label, to three significant digits: `8.87 M`, `950`, `1.2 bn`."""
    number = as_decimal(value)
    if number is None:
        return UNKNOWN
    size = abs(number)
    size = significant(size, digits) if size >= 1 else rounded(size, 2)
    if size >= MAX_PLAIN:
        return _signed(_scientific(size), number)
    for scale, suffix in SCALES:
        if size >= scale:
            return _signed(f"{_trimmed(size / scale)} {suffix}", number)
    return _signed(_trimmed(size), number)


def compact_usd(value: object) -> str:
    """Money short enough for a label: `$44.6 k`, `−$1.2 M`, `$0.39`."""
    number = as_decimal(value)
    if number is None:
        return UNKNOWN
    size = abs(number)
    text = compact(size) if size >= 1 else _money(size)
    return _signed(f"${text}", number)


def tokens(value: object) -> str:
    """A number of tokens: `10.7 bn`."""
    return compact(value)


def ratio_percent(value: object, places: int = 1) -> str:
    """A ratio from 0 to 1 as a percentage: 0.123 → `12.3 %`; a trailing zero is dropped."""
    number = as_decimal(value)
    if number is None:
        return UNKNOWN
    size = abs(number) * 100
    if size >= MAX_PLAIN:
        return _signed(f"{_scientific(size)} %", number)
    return _signed(f"{_grouped(rounded(size, places))} %", number)


def level(value: object) -> str:
    """A maturity score from 1 to 5 to one decimal, half up: `2.4`."""
    number = as_decimal(value)
    if number is None:
        return UNKNOWN
    size = abs(number)
    shown = _scientific(size) if size >= MAX_PLAIN else f"{rounded(size, 1):f}"
    return _signed(shown, number)


def months(value: object) -> str:
    """A span in months to one decimal: `2.3 months`, `1 month`."""
    number = as_decimal(value)
    if number is None:
        return UNKNOWN
    size = abs(number)
    text = _scientific(size) if size >= MAX_PLAIN else _grouped(rounded(size, 1))
    return _signed(f"{text} month" if text == "1" else f"{text} months", number)


def _trimmed(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _grouped(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
