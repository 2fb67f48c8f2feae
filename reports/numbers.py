"""How documents write a number: as costing's pages do; imports neither Django nor I/O."""

from costing.numbers import (
    MINUS,
    UNKNOWN,
    amount,
    as_decimal,
    compact,
    compact_usd,
    count,
    level,
    months,
    ratio_percent,
    rounded,
    significant,
    tokens,
    usd,
)

__all__ = [
    "MINUS",
    "UNKNOWN",
    "amount",
    "as_decimal",
    "compact",
    "compact_usd",
    "count",
    "level",
    "months",
    "ratio_percent",
    "rounded",
    "significant",
    "tokens",
    "usd",
]
