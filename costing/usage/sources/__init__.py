"""The formats that usage comes in, each with the way to its rows; must not import Django."""

from collections.abc import Mapping

from costing.usage.entries import Source
from costing.usage.sources import anthropic, focus, langfuse, litellm, openai, otel, plain

PLAIN = "csv"

SOURCES: Mapping[str, Source] = {
    source.key: source
    for source in (
        litellm.SPEND_LOGS,
        litellm.DAILY_SPEND,
        openai.USAGE,
        anthropic.USAGE_REPORT,
        otel.SPANS,
        langfuse.OBSERVATIONS,
        focus.COSTS,
        plain.CSV,
    )
}

__all__ = ["PLAIN", "SOURCES", "Source"]
