"""The formats that usage comes in, each with the way to its rows."""

from collections.abc import Mapping

from costing.usage.entries import Source
from costing.usage.sources import bills, exports, litellm, providers, responses, tables, traces

PLAIN = tables.CSV.key
SOURCES: Mapping[str, Source] = {
    source.key: source
    for source in (
        litellm.SPEND_LOGS,
        litellm.DAILY_SPEND,
        providers.OPENAI,
        providers.ANTHROPIC,
        traces.SPANS,
        traces.OBSERVATIONS,
        exports.HELICONE,
        exports.ACTIVITY,
        exports.GENERATIONS,
        *bills.BILLS,
        responses.RESPONSES,
        tables.CSV,
    )
}

__all__ = ["PLAIN", "SOURCES", "Source"]
