"""Catalog references in a scenario document."""

from datetime import date
from typing import Any

import pytest

from costing.catalog.resolve import resolve_catalog
from costing.engine import InvalidScenario

AS_OF = date(2026, 11, 1)


def test_resolve_catalog_replaces_references_and_keeps_the_rest() -> None:
    document = {
        "workload": {"requests_per_month": 1000},
        "premium_model": {"catalog": "openai:gpt-4o"},
        "small_model": {"input_usd_per_mtok": 0.15, "output_usd_per_mtok": 0.6},
    }

    resolved = resolve_catalog(document, AS_OF)

    assert resolved == {
        "workload": {"requests_per_month": 1000},
        "premium_model": {
            "input_usd_per_mtok": 2.5,
            "output_usd_per_mtok": 10.0,
            "cache_read_usd_per_mtok": 1.25,
            "cache_ttl_seconds": 300,
            "min_cacheable_tokens": 1024,
            "batch_discount_ratio": 0.5,
            "tiers": [],
        },
        "small_model": {"input_usd_per_mtok": 0.15, "output_usd_per_mtok": 0.6},
    }
    assert document["premium_model"] == {"catalog": "openai:gpt-4o"}


def test_resolve_catalog_finds_the_models_of_applications() -> None:
    own = {"key": "chat", "share": 1, "small_model": {"catalog": "openai:gpt-4o"}}
    document = {"applications": [own, own | {"small_model": {"catalog": "nobody:nothing"}}]}

    with pytest.raises(InvalidScenario) as caught:
        resolve_catalog(document, AS_OF)
    resolved = resolve_catalog({"applications": [own]}, AS_OF)

    assert list(caught.value.fields) == ["applications.1.small_model.catalog"]
    assert resolved["applications"][0]["small_model"]["input_usd_per_mtok"] == 2.5
    assert own["small_model"] == {"catalog": "openai:gpt-4o"}


def test_resolve_catalog_unknown_references_are_named_with_near_matches() -> None:
    document = {
        "premium_model": {"catalog": "openai:gtp-4o"},
        "small_model": {"catalog": "nobody:nothing-at-all"},
    }

    with pytest.raises(InvalidScenario) as caught:
        resolve_catalog(document, AS_OF)

    assert caught.value.fields == {
        "premium_model.catalog": [
            "The catalog has no model 'openai:gtp-4o' on that date. Did you mean openai:gpt-4o, "
            "openai:gpt-4, openai:ft:gpt-4o, openai:gpt-5.4, openai:gpt-4.1?"
        ],
        "small_model.catalog": [
            "The catalog has no model 'nobody:nothing-at-all' on that date. "
            "Give a reference as <provider>:<model>."
        ],
    }


def test_resolve_catalog_reference_beside_explicit_prices_is_refused() -> None:
    document = {"premium_model": {"catalog": "openai:gpt-4o", "input_usd_per_mtok": 1}}

    with pytest.raises(InvalidScenario) as caught:
        resolve_catalog(document, AS_OF)

    assert caught.value.fields == {
        "premium_model.input_usd_per_mtok": [
            "Give either a catalog reference or explicit prices, not both."
        ]
    }


@pytest.mark.parametrize("reference", [None, 5, [], {"a": 1}, float("nan"), "x" * 100_000])
def test_resolve_catalog_reference_that_is_none_is_refused(reference: Any) -> None:
    with pytest.raises(InvalidScenario) as caught:
        resolve_catalog({"premium_model": {"catalog": reference}}, AS_OF)

    assert caught.value.fields == {
        "premium_model.catalog": ["Give a reference as <provider>:<model>."]
    }


@pytest.mark.parametrize(
    "document", [{}, {"premium_model": None}, {"premium_model": "openai:gpt-4o"}]
)
def test_resolve_catalog_leaves_other_shapes_to_the_engine(document: dict[str, Any]) -> None:
    assert resolve_catalog(document, AS_OF) == document
