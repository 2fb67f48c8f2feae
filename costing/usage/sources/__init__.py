"""The formats that usage comes in, each with the way to its rows."""

from collections.abc import Mapping

from costing.usage.entries import Source
from costing.usage.sources import bills, providers, tables, traces

PLAIN = tables.CSV.key
SOURCES: Mapping[str, Source] = {
    source.key: source
    for source in (
        providers.SPEND_LOGS,
        providers.DAILY_SPEND,
        providers.OPENAI,
        providers.ANTHROPIC,
        traces.SPANS,
        traces.OBSERVATIONS,
        *bills.BILLS,
        tables.CSV,
    )
}

__all__ = ["PLAIN", "SOURCES", "Source"]
