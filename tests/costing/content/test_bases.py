"""Where each input of a scenario comes from, and how many of each there are."""

from dataclasses import replace
from typing import Any

import pytest

from costing.catalog.origins import Origin, origins_document, read_origins
from costing.catalog.prices import CONTRACT
from costing.engine import parse_scenario
from costing.engine.inputs import Basis, Stated
from costing.scenarios.content.bases import (
    GUESS,
    bases_of,
    basis_counts,
    counts_text,
    guess_errors,
    guessed_paths,
    with_guesses,
)
from costing.scenarios.content.hosting_costs import with_assumptions
from costing.scenarios.content.sources import Given, figure_sources
from tests.costing.cast import api_only, listed_price, scenario_a

LISTED = listed_price()
RESOLVED = api_only()


def found(document: dict[str, Any], **given: Any) -> dict[str, Basis]:
    resolved = document | {
        key: RESOLVED["premium_model"]
        for key in ("premium_model", "small_model")
        if "catalog" in (document.get(key) or {})
    }
    return bases_of(parse_scenario(resolved), Given(stated=Stated(document), **given))


def test_typed_figure_is_stated_and_an_open_one_a_default() -> None:
    bases = found(api_only())

    assert bases["workload.requests_per_month"] is Basis.STATED
    assert bases["workload.peak_to_average_ratio"] is Basis.DEFAULT
    assert bases["premium_model.output_usd_per_mtok"] is Basis.STATED
    # An input of a pool that nobody described, and one that has no value, are no inputs.
    assert not any(path.startswith("pool.") for path in bases)
    assert "workload.agent_depth" not in bases


def test_price_is_of_the_catalog_of_a_contract_or_typed_over_it() -> None:
    document = api_only() | {"premium_model": {"catalog": "maker:large", "input_usd_per_mtok": 2}}

    listed = found(document, prices={"premium_model": LISTED})
    agreed = found(document, prices={"premium_model": replace(LISTED, kind=CONTRACT)})

    assert listed["premium_model.input_usd_per_mtok"] is Basis.STATED
    assert listed["premium_model.output_usd_per_mtok"] is Basis.CATALOG
    assert agreed["premium_model.output_usd_per_mtok"] is Basis.CONTRACT


@pytest.mark.parametrize(
    ("origin", "basis"),
    [
        ({"basis": "measured", "label": "Measured, imported on 2 May 2026 from a"}, Basis.MEASURED),
        ({"label": "Measured, imported on 2 May 2026 from a.csv"}, Basis.MEASURED),
        ({"key": "aws:p5", "label": "AWS p5.4xlarge"}, Basis.CATALOG),
        ({"label": "Our own books"}, Basis.STATED),
        ({"basis": "guessed"}, Basis.GUESSED),
        ({"basis": "a kind that is no more", "label": "Our own books"}, Basis.STATED),
    ],
)
def test_origin_says_where_a_figure_comes_from(origin: dict[str, str], basis: Basis) -> None:
    path = "workload.requests_per_month"

    assert found(api_only(), origins=read_origins({path: origin}))[path] is basis


def test_origin_is_stored_as_it_was_read() -> None:
    stored = {
        "pool.usd_per_instance_hour": {
            "key": "aws:p5",
            "label": "AWS p5.4xlarge",
            "source_url": "https://cloud.example",
            "checked_on": "2026-10-01",
        },
        "pool.migration_usd": {"label": "Assumed", "source_url": "", "checked_on": ""},
        "routing.simple_ratio": {"basis": "guessed"},
    }

    assert origins_document(read_origins(stored)) == stored


def test_assumed_cost_of_hosting_is_a_default() -> None:
    document = scenario_a()
    bare = {
        key: document["pool"][key]
        for key in ("prefill_tokens_per_second", "decode_tokens_per_second")
    }
    document["pool"], origins = with_assumptions(bare | {"usd_per_instance_hour": 12})

    bases = found(document, origins=origins)

    assert bases["pool.engineering_hours_per_month"] is Basis.DEFAULT
    assert bases["pool.usd_per_instance_hour"] is Basis.STATED


def test_counts_are_in_words_the_surest_first() -> None:
    bases = {
        **{f"a{number}": Basis.DEFAULT for number in range(15)},
        "b": Basis.GUESSED,
        "c": Basis.MEASURED,
    }

    assert basis_counts(bases) == {"measured": 1, "guessed": 1, "default": 15}
    assert counts_text(bases) == "1 measured, 1 guessed and 15 defaults"
    assert counts_text({"a": Basis.DEFAULT}) == "1 default"
    assert counts_text({}) == ""


def test_guesses_replace_those_before_and_leave_other_origins() -> None:
    measured = Origin(label="Measured, imported on 2 May 2026 from a.csv")
    origins = {
        "workload.requests_per_month": measured,
        "routing.simple_ratio": GUESS,
    }

    changed = with_guesses(origins, ["semantic_cache.hit_ratio"])

    assert guessed_paths(changed) == ["semantic_cache.hit_ratio"]
    assert changed["workload.requests_per_month"] == measured
    assert [source.text for source in figure_sources({}, changed)] == [measured.label]


def test_what_has_no_value_cannot_be_a_guess() -> None:
    guessed = ["workload.requests_per_month", "workload.words", "pool.min_replicas", "samples"]

    assert guess_errors(Stated(api_only()), guessed) == {
        "guessed.1": ["is not the path of a numeric input"],
        "guessed.2": ["needs a value of the input itself"],
        "guessed.3": ["is not the path of a numeric input"],
    }
