"""At which ratios other levers cost less, in words."""

import pytest

from costing.engine.ratio_flips import PROMPT_HITS, SEMANTIC_HITS, UTILIZATION
from costing.engine.results import RatioChange, RatioFlip
from costing.scenarios.content.ratio_flips import RatioRow, ratio_flip_rows, ratio_flips_text

ROUTED = ("prompt_caching", "routing")
BOTH = RatioFlip(0.12, RatioChange(0.0185, ROUTED), RatioChange(0.977, ()))
NONE = RatioFlip(0.224, None, None)


@pytest.mark.parametrize(
    ("flip", "present", "below", "above"),
    [
        (
            BOTH,
            "12 %",
            "below 1.9 %: prompt caching and routing",
            "above 97.7 %: the premium model alone",
        ),
        (NONE, "22.4 %", "", ""),
        (
            RatioFlip(0.5, RatioChange(1e-5, ("routing",)), None),
            "50 %",
            "near 0 %: the same levers for other applications",
            "",
        ),
        (
            RatioFlip(0.5, None, RatioChange(0.99999, ROUTED)),
            "50 %",
            "",
            "near 100 %: prompt caching and routing",
        ),
    ],
)
def test_row_says_where_which_levers_cost_less(
    flip: RatioFlip, present: str, below: str, above: str
) -> None:
    row = RatioRow("Semantic cache hits", present, below, above)

    assert ratio_flip_rows({SEMANTIC_HITS: flip}, ["routing"]) == [row]


def test_ratios_have_one_order() -> None:
    rows = ratio_flip_rows({UTILIZATION: NONE, PROMPT_HITS: NONE}, ROUTED)

    assert [row.title for row in rows] == ["Prompt cache hits", "Busy time of the pool"]


def test_brief_names_the_nearest_change_of_each_ratio() -> None:
    above = RatioFlip(0.094, None, RatioChange(0.255, ("self_hosting",)))

    text = ratio_flips_text({SEMANTIC_HITS: BOTH, PROMPT_HITS: NONE, UTILIZATION: above})

    assert text == (
        "with semantic cache hits below 1.9 % (12 % here), or busy time of the pool above 25.5 %"
        " (9.4 % here)"
    )


def test_brief_says_that_no_ratio_changes_the_advice() -> None:
    text = ratio_flips_text({PROMPT_HITS: NONE, UTILIZATION: NONE})

    assert text == "never, whatever the share of prompt cache hits or busy time of the pool"
    assert ratio_flips_text({}) == ""
