"""At which ratios other levers cost less, in words."""

import pytest

from costing.engine.ratio_flips import PROMPT_HITS, SEMANTIC_HITS, UTILIZATION
from costing.engine.results import RatioChange, RatioFlip
from costing.scenarios.content.ratio_flips import ratio_flip_sentences, ratio_flips_text

ROUTED = ("prompt_caching", "routing")
BOTH = RatioFlip(0.12, RatioChange(0.0185, ROUTED), RatioChange(0.977, ()))
NONE = RatioFlip(0.224, None, None)


@pytest.mark.parametrize(
    ("flip", "said"),
    [
        (
            BOTH,
            "With a hit ratio of the semantic cache below 1.9 % (prompt caching and routing) or"
            " above 97.7 % (the premium model alone), other levers would cost less; it is 12 %"
            " here.",
        ),
        (
            NONE,
            "No hit ratio of the semantic cache changes what is recommended; it is 22.4 % here.",
        ),
        (
            RatioFlip(0.5, RatioChange(1e-5, ("routing",)), None),
            "With a hit ratio of the semantic cache near 0 % (the same levers for other"
            " applications), other levers would cost less; it is 50 % here.",
        ),
        (
            RatioFlip(0.5, None, RatioChange(0.99999, ROUTED)),
            "With a hit ratio of the semantic cache near 100 % (prompt caching and routing), other"
            " levers would cost less; it is 50 % here.",
        ),
    ],
)
def test_sentence_says_where_which_levers_cost_less(flip: RatioFlip, said: str) -> None:
    assert ratio_flip_sentences({SEMANTIC_HITS: flip}, ["routing"]) == [said]


def test_levers_that_are_advised_later_are_named_and_ratios_have_one_order() -> None:
    above = RatioFlip(0.094, None, RatioChange(0.255, ("self_hosting",)))

    said = ratio_flip_sentences({UTILIZATION: above, PROMPT_HITS: NONE}, ROUTED, is_later=True)

    assert said == [
        "No hit ratio of the prompt cache changes what is recommended; it is 22.4 % here.",
        "With a utilization of the pool above 25.5 % (self-hosting), other levers would cost less"
        " than prompt caching and routing; it is 9.4 % here.",
    ]


def test_brief_names_the_nearest_change_of_each_ratio() -> None:
    above = RatioFlip(0.094, None, RatioChange(0.255, ("self_hosting",)))

    text = ratio_flips_text({SEMANTIC_HITS: BOTH, PROMPT_HITS: NONE, UTILIZATION: above})

    assert text == (
        "with semantic cache hits below 1.9 % (12 % here), or busy time of the pool above 25.5 %"
        " (9.4 % here)"
    )


def test_brief_says_that_no_ratio_changes_the_advice() -> None:
    text = ratio_flips_text({PROMPT_HITS: NONE, UTILIZATION: NONE})

    assert text == "at no share of prompt cache hits and busy time of the pool"
    assert ratio_flips_text({}) == ""
