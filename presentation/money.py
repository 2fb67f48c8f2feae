"""The currency in which a page or document shows money: USD, or another at a dated rate; pure.

Money is computed and stored in USD. Whoever writes a page or document of a scenario does it inside
`shown_in`; `presentation.numbers` and the charts convert there, and nowhere else.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_precision, get_currency_symbol, get_territory_currencies

ENGLISH = Locale("en")


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency by its ISO 4217 code, with the day and the source of its rate."""

    code: str = "USD"
    units_per_usd: float = 1.0
    rate_on: date | None = None
    source: str = ""

    @property
    def is_usd(self) -> bool:
        return self.code == "USD"

    @property
    def digits(self) -> int:
        """Decimal places of its smallest unit: 2 for EUR, 0 for JPY, 3 for KWD."""
        return _digits(self.code)

    @property
    def sign(self) -> str:
        """What stands before an amount: `€`, or the code and a space that does not break."""
        return _sign(self.code)

    def of(self, usd: Decimal) -> Decimal:
        """An amount of USD in this currency, not rounded."""
        return usd if self.is_usd else usd * Decimal(str(self.units_per_usd))


# A page writes hundreds of amounts.
@cache
def _digits(code: str) -> int:
    return get_currency_precision(code)


@cache
def _sign(code: str) -> str:
    symbol = get_currency_symbol(code, ENGLISH)
    return f"{symbol}\N{NO-BREAK SPACE}" if symbol[-1].isalpha() else symbol


USD = Currency()


def currency_codes() -> tuple[str, ...]:
    """The codes of all currencies that are legal tender somewhere and have no end, in order."""
    found = set[str]()
    for territory in get_global("territory_currencies"):
        found.update(get_territory_currencies(territory, start_date=date.max))
    return tuple(sorted(found))


def currency_name(code: str) -> str:
    """`Japanese Yen`."""
    return str(ENGLISH.currencies.get(code, code))


_shown: ContextVar[Currency] = ContextVar("currency", default=USD)


def shown() -> Currency:
    """The currency of the page or document that is being written; USD outside of any."""
    return _shown.get()


def code() -> str:
    """The code of the currency shown: what stands in the head of a column, over plain amounts."""
    return shown().code


@contextmanager
def shown_in(currency: Currency) -> Iterator[None]:
    """Write money in this currency until the block ends, however it ends."""
    token = _shown.set(currency)
    try:
        yield
    finally:
        _shown.reset(token)


def shared(currencies: Iterable[Currency]) -> Currency:
    """The currency of what shows several scenarios: theirs if all have the same rate, else USD."""
    found = set(currencies)
    return found.pop() if len(found) == 1 else USD
