"""A change that saves a little is no saving of nothing, wherever it is told."""

import pytest

from costing.scenarios.content.headline import Headline
from reports.documents.content.economics import economics_content
from tests.cases import sentences
from tests.cases.loading import frozen_with, read
from tests.cases.reconciling import economics_page


@pytest.mark.parametrize(("materiality", "is_advised"), [(0.0, True), (0.01, False)])
def test_small_change_is_advised_or_left_out_and_never_called_nothing(
    materiality: float, is_advised: bool
) -> None:
    # A semantic cache that answers 2.12 % of calls saves 40.63 of 15,424 USD a month: 0.3 %.
    cache = read("level_five")["scenario"]["semantic_cache"] | {"hit_ratio": 0.0212}
    payload = frozen_with(
        "level_five",
        current_levers=["prompt_caching", "routing"],
        semantic_cache=cache,
        materiality_ratio=materiality,
    ).payload

    assert payload.results is not None
    page, said = economics_page(payload), economics_content(payload)
    assert bool(Headline(payload.results).steps) == is_advised
    expected = "Little can be saved today: $40.63 a month, 0.3 %"
    assert (said.headline == expected) == is_advised
    told = f"{said.headline} {said.paragraphs} {page}"
    assert ("Nothing to save today" in told) == (not is_advised)
    assert ("already the cheapest" in told) == (not is_advised)
    assert "$40.63 a month" in told
    assert sentences.faults(payload, page) == []
