"""How calls were served, and their tokens of other modalities than text: what is priced apart."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from costing.usage.entries import BadRow, Entry, Record, Tokens, count, length_class

BATCH_TIERS = ("batch", "flex", "flex_discount")
PRIORITY = "priority"
PRIORITY_TIERS = (PRIORITY, "priority_on_demand")
US = "us"
# us-east-1 and us-gov-west-1 of AWS, europe-west4 of Google.
CLOUD_REGION = re.compile(r"[a-z]{2,11}(-[a-z]{2,11}){1,2}-?[0-9]{1,2}")
ENDPOINT_REGION = re.compile(
    r"^arn:[a-z-]+:bedrock:([a-z0-9-]+):"
    r"|bedrock(?:-runtime)?(?:-fips)?\.([a-z0-9-]+)\.amazonaws\."
    r"|([a-z0-9-]+)-aiplatform\.googleapis\."
)
MAX_ADDRESS_LENGTH = 300
AUDIO, IMAGE = "audio", "image"


class Served(NamedTuple):
    """How calls were served, as an Entry has it."""

    is_batch: bool = False
    service_tier: str = ""
    region: str = ""


def served(record: Record, tier: Any = None) -> Served:
    """How a row was served: its batch, service tier (unless one is given) and inference region.

    OpenAI's flexible tier costs what batches do. A tier of the usual price is none; nor is a region
    that is anywhere.
    """
    named = str(record.get("service_tier") if tier is None else tier).strip().lower()
    is_batch = str(record.get("batch")).lower() == "true" or named in BATCH_TIERS
    region = region_name(record.get("inference_geo"))
    return Served(is_batch, PRIORITY if named in PRIORITY_TIERS else "", region)


def region_name(named: Any) -> str:
    """A region as a cloud or maker names it; empty for none, and for what is no such name."""
    name = str(named or "").strip().lower()
    return name if name == US or CLOUD_REGION.fullmatch(name) else ""


def region_in(text: Any) -> str:
    """The region that an ARN or the address of an endpoint names; empty where it names none."""
    if not isinstance(text, str) or len(text) > MAX_ADDRESS_LENGTH:
        return ""
    found = ENDPOINT_REGION.search(text.lower())
    return region_name(next(filter(None, found.groups()), "")) if found else ""


def modalities(entry: Entry, parts: Mapping[str, Tokens]) -> list[Entry]:
    """The entry's text, and its tokens of each modality, which it counted among its own.

    Where nobody says what of a modality came from a cache, it was the text as far as that goes.
    """
    parts = {name: tokens for name, tokens in parts.items() if any(tokens)}
    if not parts:
        return [entry]
    entry = entry._replace(above_input_tokens=length_class(entry))
    rest, entries = [*entry.tokens], []
    for name, tokens in parts.items():
        left = [each - part for each, part in zip(rest, tokens, strict=True)]
        cached = min(max(-left[0], 0), max(left[1], 0))
        rest = [left[0] + cached, left[1] - cached, *left[2:]]
        if min(rest) < 0:
            raise BadRow(f"There are more {name} tokens than tokens.")
        told = tokens._replace(
            uncached_input=tokens.uncached_input - cached, cache_read=tokens.cache_read + cached
        )
        apart = entry._replace(tokens=told, modality=name, billed_usd=None)
        entries.append(apart._replace(calls=None if entry.calls is None else 0))
    return [entry._replace(tokens=Tokens(*rest)), *entries]


def detailed(sent: Record, given: Record) -> dict[str, Tokens]:
    """The tokens of each modality that details of a prompt and of a completion name."""
    return {
        name: Tokens(count(sent, f"{name}_tokens"), output=count(given, f"{name}_tokens"))
        for name in (AUDIO, IMAGE)
    }
