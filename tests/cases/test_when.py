"""The summary over a result says when its saving comes, and what that rests on."""

import pytest

from costing.scenarios.content.headline import Headline
from tests.cases.loading import frozen, frozen_with


@pytest.mark.parametrize(
    ("name", "when", "note"),
    [
        # a hundred provisioned units are left for an open model
        ("bought_and_left", "once terms end", "what was bought ahead is paid until then"),
        ("middling", "at once", "nothing to buy; the work alone"),
        ("best_already", "nothing to change", ""),
    ],
)
def test_saving_waits_for_what_was_bought_ahead(name: str, when: str, note: str) -> None:
    results = frozen(name).payload.results

    assert results is not None
    page = Headline(results)
    assert (page.when, page.when_note) == (when, note)


def test_saving_of_what_is_not_all_described_is_not_known_yet() -> None:
    results = frozen_with(
        "middling",
        small_model=None,
        routing=None,
        semantic_cache=None,
        pool=None,
        premium_model={"input_usd_per_mtok": 3, "output_usd_per_mtok": 15},
    ).payload.results

    assert results is not None
    page = Headline(results)
    assert page.is_undecided
    assert (page.when, page.when_note) == ("not known yet", "some levers are not described")


def test_bill_of_no_request_has_no_price_of_a_token() -> None:
    results = frozen("no_request").payload.results

    assert results is not None
    assert Headline(results).spend_note == ""
