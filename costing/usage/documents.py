"""Measured figures as a JSON object and back; must not import Django."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from costing.usage.entries import Tokens
from costing.usage.figures import Block, Figures, ModelUse, Use

JsonDict = dict[str, Any]


def figures_document(figures: Figures) -> JsonDict:
    """The figures; hours are counted since 1970 in UTC, money is text that keeps every digit."""
    return {
        "first_hour": figures.first_hour,
        "end_hour": figures.end_hour,
        "is_hourly": figures.is_hourly,
        **use_document(figures.total),
        "calls_per_month": figures.calls_per_month,
        "input_tokens_per_call": figures.input_tokens_per_call,
        "output_tokens_per_call": figures.output_tokens_per_call,
        "cache_read_ratio": figures.cache_read_ratio,
        "prefix_hit_ratio": figures.prefix_hit_ratio,
        "models": [{"model": item.model, **use_document(item.use)} for item in figures.models],
        "days": [_block(day) for day in figures.days],
        "weeks": [_block(week) for week in figures.weeks],
        "profile": list(figures.profile),
    }


def figures_of(document: Mapping[str, Any]) -> Figures:
    """The figures that a document holds."""
    return Figures(
        first_hour=document["first_hour"],
        end_hour=document["end_hour"],
        is_hourly=document["is_hourly"],
        total=_use(document),
        models=tuple(ModelUse(item["model"], _use(item)) for item in document["models"]),
        days=_blocks(document["days"]),
        weeks=_blocks(document["weeks"]),
        profile=tuple(document["profile"]),
    )


def use_document(use: Use) -> JsonDict:
    """Calls, tokens by bucket and what was billed."""
    return {
        "calls": use.calls,
        "tokens": use.tokens._asdict(),
        "billed_usd": None if use.billed_usd is None else f"{use.billed_usd:f}",
    }


def _block(block: Block) -> JsonDict:
    return {"hour": block.hour, "hours": block.hours, **use_document(block.use)}


def _blocks(documents: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    return tuple(Block(item["hour"], item["hours"], _use(item)) for item in documents)


def _use(document: Mapping[str, Any]) -> Use:
    billed = document["billed_usd"]
    return Use(
        calls=document["calls"],
        tokens=Tokens(**document["tokens"]),
        billed_usd=None if billed is None else Decimal(billed),
    )
