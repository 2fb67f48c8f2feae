"""Where each figure of a scenario was taken from, numbered as footnotes; must not import Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from costing.catalog.freshness import is_stale
from costing.catalog.origins import Origins
from costing.catalog.price_text import unit_price
from costing.catalog.prices import LIST, ModelPrice, PriceOrigin
from costing.engine.inputs import Stated, input_named, sections
from presentation.money import Currency
from presentation.wording import day, short_day


@dataclass(frozen=True)
class Given:
    """What is known beside a result: where figures come from, and which were typed.

    `prices` are the catalog's, by section; `origins` are by path.
    """

    prices: Mapping[str, ModelPrice] = field(default_factory=dict)
    origins: Origins = field(default_factory=dict)
    stated: Stated = field(default_factory=Stated)


@dataclass(frozen=True)
class Source:
    """One footnote: the figures that it stands for, by path, and what it says of them."""

    number: int
    paths: tuple[str, ...]
    text: str
    url: str = ""
    url_label: str = ""
    notes: tuple[str, ...] = ()
    is_deprecated: bool = False
    cache_url: str = ""

    @property
    def title(self) -> str:
        """All of it on one line, for whoever points at a figure."""
        parts = [self.text, self.url_label, *self.notes]
        return "; ".join(part for part in parts if part)


def figure_sources(prices: Mapping[str, ModelPrice], origins: Origins) -> list[Source]:
    """The footnotes of a scenario's prices and speeds, in the order of the form.

    `prices` are the catalog's, by section; `origins` say where single figures came from, by path.
    A source that several figures share is one footnote.
    """
    listed = [_of_price(key, prices[key]) for key in sections() if key in prices]
    by_origin: dict[tuple[str, str, date | None], list[str]] = {}
    for path, origin in origins.items():
        if origin.label:  # a guess has no source
            key = (origin.label, origin.source_url, origin.checked_on)
            by_origin.setdefault(key, []).append(path)
    for (label, url, checked_on), paths in by_origin.items():
        text = f"{label}, checked on {checked_on}" if checked_on else label
        link = "source" if url else ""
        listed.append(Source(0, tuple(paths), text, url, link))
    return [replace(source, number=number) for number, source in enumerate(listed, start=1)]


@dataclass(frozen=True)
class StalePrice:
    """A price that was last looked at more than 90 days before an assessment's date."""

    title: str
    checked_on: date

    def __str__(self) -> str:
        return f"{self.title}, checked {short_day(self.checked_on)}"


def checked_days(prices: Iterable[ModelPrice | PriceOrigin]) -> dict[str, date]:
    """When the list prices of models were last looked at, by the model's name."""
    listed = (price for price in prices if price.kind == LIST)
    return {price.model_name: price.checked_on or price.as_of for price in listed}


def stale_prices(checked: Mapping[str, date], origins: Origins, on: date) -> list[StalePrice]:
    """The prices of models, by name, and of capacity, by origin, that were old on a day.

    A contract price is not looked up; leave it out.
    """
    dates: dict[str, date | None] = dict(checked)
    for path, origin in origins.items():
        if path.endswith("usd_per_instance_hour"):
            dates[input_named(path).label] = origin.checked_on
    return [StalePrice(name, at) for name, at in dates.items() if at and is_stale(at, on)]


def stale_rate(currency: Currency, on: date) -> list[StalePrice]:
    """The rate of a currency, if it was old on a day."""
    if currency.rate_on is None or not is_stale(currency.rate_on, on):
        return []
    return [StalePrice(f"{currency.code} per USD", currency.rate_on)]


def _of_price(section: str, price: ModelPrice) -> Source:
    prices = (
        f"{unit_price(price.input_usd_per_mtok)} in and {unit_price(price.output_usd_per_mtok)}"
    )
    return Source(
        number=0,
        paths=(section,),
        text=(
            f"{sections()[section].title}: {price.model_name} ({price.reference}), {prices} out per"
            f" million tokens by {price.source}, as of {day(price.as_of)}"
        ),
        url=price.source_url,
        url_label=price.provider_name,
        notes=tuple(price.notes),
        is_deprecated=price.is_deprecated,
        cache_url=price.cache_source_url or "",
    )


def source_of(path: str, sources: Sequence[Source]) -> Source | None:
    """The footnote of the figure at a path, or of the section that it belongs to."""
    section = path.partition(".")[0]
    exact = next((source for source in sources if path in source.paths), None)
    return exact or next((source for source in sources if section in source.paths), None)
