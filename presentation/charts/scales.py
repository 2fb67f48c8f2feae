"""Maps values to px and chooses round ticks; imports neither Django nor I/O."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from presentation import money, numbers
from presentation.charts import text

SMALLEST, LARGEST = 1e-100, 1e100
SMALLEST_SPAN = 1e-9
LOWEST_LEVEL, HIGHEST_LEVEL = 1, 5
# Of the letters of a tick, in px.
TICK_SIZE = 11
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def finite(value: object) -> float | None:
    """Return the value as a float that can be drawn, or None where there is no finite number."""
    if isinstance(value, float) and SMALLEST <= abs(value) <= LARGEST:
        return float(value)
    number = numbers.as_decimal(value)
    if number is None:
        return None
    return float(max(min(number, Decimal(LARGEST)), -Decimal(LARGEST)))


def level(value: object) -> float | None:
    """Return a maturity level from 1 to 5, or None where the value is none."""
    number = finite(value)
    return number if number is not None and LOWEST_LEVEL <= number <= HIGHEST_LEVEL else None


@dataclass(frozen=True)
class Scale:
    """A straight mapping of [low, high] to [start, end] in px."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of the value in px."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def clamped(self, value: float) -> float:
        """Return the place of the value in px, at the nearer end where it lies outside."""
        return self(min(max(value, self.low), self.high))


def levels(start: float, end: float) -> Scale:
    """Return a scale over the maturity levels."""
    return Scale(LOWEST_LEVEL, HIGHEST_LEVEL, start, end)


def scale(values: Iterable[float], start: float, end: float) -> Scale:
    """Return a scale over the values and zero, at least a little wide."""
    listed = [0.0, *values]
    low, high = min(listed), max(listed)
    if high - low < SMALLEST_SPAN:
        high = low + 1
    return Scale(low, high, start, end)


def window(low: float, high: float, start: float, end: float) -> Scale:
    """Return a scale over exactly the window, which need not include zero."""
    if high - low <= max(SMALLEST_SPAN, abs(high) * SMALLEST_SPAN):
        high = low + max(1.0, abs(low) * 0.1)
    return Scale(low, high, start, end)


def ticks(low: float, high: float, wanted: int) -> list[float]:
    """Return round values from low to high, about as many as wanted."""
    if wanted < 1:
        return []
    rough = (high - low) / wanted
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * magnitude for factor in STEPS if factor * magnitude >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def labelled_ticks(
    low: float, high: float, room: float, write: Callable[[float, float], str]
) -> list[tuple[float, str]]:
    """Return ticks with labels that stand apart on an axis of so much room in px."""
    if high - low <= max(abs(low), abs(high)) * SMALLEST_SPAN:
        return []
    for wanted in range(max(int(room / 48), 1), 0, -1):
        values = ticks(low, high, wanted)
        if len(values) < 2:
            break
        written = [write(value, values[1] - values[0]) for value in values]
        widest = max(text.width_of(label, TICK_SIZE) for label in written)
        apart = room * (values[1] - values[0]) / (high - low)
        if widest + 10 <= apart and len(set(written)) == len(written):
            return list(zip(values, written, strict=True))
    return []


def stacked_ticks(
    low: float, high: float, height: float, write: Callable[[float, float], str]
) -> list[tuple[float, str]]:
    """Return the fewest ticks, two at least, whose labels stand above one another in a low axis."""
    if high - low <= max(abs(low), abs(high)) * SMALLEST_SPAN:
        return []
    for wanted in range(1, 4):
        values = ticks(low, high, wanted)
        if len(values) >= 2:
            step = values[1] - values[0]
            has_room = height * step / (high - low) >= TICK_SIZE
            return [(value, write(value, step)) for value in values] if has_room else []
    return []


def write_volume(value: float, step: float) -> str:
    """Return a tick of a volume with as many digits as tell it from its neighbours."""
    return numbers.compact(value, _digits(value, step))


def write_money(value: float, step: float) -> str:
    """Return a tick of money, in the currency shown, with the digits that tell it apart."""
    short = numbers.compact(abs(value), _digits(value, step))
    sign = money.shown().sign
    return f"{numbers.MINUS}{sign}{short}" if value < 0 else f"{sign}{short}"


def money_ticks(low: float, high: float, height: float) -> list[tuple[float, str]]:
    """Return ticks in USD for an upright axis, at round amounts of the currency shown."""
    per_usd = money.shown().units_per_usd
    ticks = upright_ticks(low * per_usd, high * per_usd, height, write_money)
    return [(value / per_usd, label) for value, label in ticks]


def upright_ticks(
    low: float, high: float, height: float, write: Callable[[float, float], str]
) -> list[tuple[float, str]]:
    """Return ticks for an upright axis, the fewest where it is low."""
    ticks = labelled_ticks(low, high, height * 1.6, write)
    return ticks or stacked_ticks(low, high, height, write)


def fit_money(whole: str, sign: str, usd: float, room: float) -> str:
    """Return the longest way to write money, `whole` or with ever fewer digits, that has room.

    A code that stands for the sign gives way to digits: the drawing's head names the currency.
    """
    currency = money.shown()
    size = abs(usd) * currency.units_per_usd
    marks = (currency.sign, "") if len(currency.sign) > 1 else (currency.sign,)
    shorter = [
        f"{sign}{mark}{numbers.compact(size, digits)}" for digits in (3, 2, 1) for mark in marks
    ]
    ways = [whole, *shorter]
    fitting = (way for way in ways if text.width_of(way, 12) <= room)
    return next(fitting, text.fit(ways[-1], room, 12))


def _digits(value: float, step: float) -> int:
    if value == 0:
        return 1
    digits = math.floor(math.log10(abs(value))) - math.floor(math.log10(step)) + 2
    return min(max(digits, 2), 15)
