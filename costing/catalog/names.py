"""One resolver of names: what gateways, clouds and conventions call a model; no Django."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from costing.catalog.prices import ModelPrice

# What gateways and conventions call a provider, and what a catalog does.
PROVIDERS = {
    "azure_ai": "azure",
    "azure.ai.openai": "azure",
    "azure.ai.inference": "azure",
    "az.ai.openai": "azure",
    "az.ai.inference": "azure",
    "bedrock": "aws",
    "bedrock_converse": "aws",
    "aws.bedrock": "aws",
    "vertex_ai": "google",
    "vertex_ai_beta": "google",
    "gemini": "google",
    "gcp.gemini": "google",
    "gcp.vertex_ai": "google",
    "gcp.gen_ai": "google",
    "xai": "x-ai",
    "x_ai": "x-ai",
    "mistral_ai": "mistral",
    "together_ai": "together",
    "fireworks_ai": "fireworks",
}
MAKERS = ("openai", "anthropic", "google", "mistral", "deepseek", "x-ai", "cohere")


def possible_references(model: str) -> Iterator[str]:
    """The references `<provider>:<model>` that a name in usage may mean, the likeliest first."""
    provider, colon, name = model.partition(":")
    if not colon:
        provider, name = "", model
    named = PROVIDERS.get(provider.lower(), provider.lower())
    # A gateway writes `azure/gpt-4o` or `openrouter/openai/gpt-4o`.
    path = [part for part in name.split("/") if part]
    last = path[-1] if path else name
    inside = [PROVIDERS.get(part.lower(), part.lower()) for part in path[:-1]]
    for maker in dict.fromkeys((named, *reversed(inside), *MAKERS)):
        if maker:
            yield f"{maker}:{name}"
            if last != name:
                yield f"{maker}:{last}"


# Clouds that sell other makers' models under names of their own.
RESELLERS = {"azure", "aws", "vertex_ai"}
_REGION = re.compile(r"(us|eu|apac|global|jp|au|us-gov|regional)\.", re.ASCII)
_VERSION = re.compile(r"-v\d+(:\d+)?$", re.ASCII)


def sold_references(reference: str) -> Iterator[str]:
    """What a reference to a cloud's offer means in a price book, the likeliest first.

    `bedrock:anthropic.claude-x-v1:0` is `aws:…`, else the maker's own `anthropic:claude-x`;
    `azure:gpt-x` is `openai:gpt-x` where the book has no price of Azure's. What no cloud sells
    means itself alone.
    """
    yield reference
    provider, _, name = reference.partition(":")
    seller = "vertex_ai" if provider.startswith("vertex_ai") else PROVIDERS.get(provider, provider)
    if seller not in RESELLERS or not name:
        return
    last = name.rpartition("/")[2]
    plain = _REGION.sub("", last, count=1)
    yield from dict.fromkeys((f"{seller}:{name}", f"{seller}:{last}", f"{seller}:{plain}"))
    maker, dot, model = plain.partition(".")
    if dot and maker in MAKERS:
        yield f"{maker}:{_VERSION.sub('', model)}"
        return
    for maker in MAKERS:
        yield f"{maker}:{plain}"


def as_asked(price: ModelPrice, reference: str) -> ModelPrice:
    """A price with a note where it is another seller's than the one that was asked for."""
    asked = reference.strip().lower().partition(":")[0]
    if asked == price.provider or PROVIDERS.get(asked) == price.provider:
        return price
    note = f"No price of {reference.strip()} is listed: that of {price.reference} is taken"
    return replace(price, notes=(*price.notes, note))
