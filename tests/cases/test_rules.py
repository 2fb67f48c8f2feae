"""The rules are broken by what briefs said once: sentences that their own case contradicts."""

import pytest

from tests.cases import rules
from tests.cases.loading import frozen

OWNER = "Name one owner for the bill."
SAID = {
    "routing_runs_and_loses": (
        "$1,535 a month can be saved today, 2.4 % of the bill",
        "Decide to switch on semantic caching: $1,535 less a month.",
        {
            "every change for today is a decision",
            "the headline's saving is the sum of the steps",
            "effort that nobody stated is called assumed",
        },
    ),
    "pool_runs_at_few_requests": (
        "$12,663 a month can be saved today. No lever pays: keep calling the premium model.",
        OWNER,
        {
            "every change for today is a decision",
            "a pool that is not in the target is switched off by a decision",
            "effort that nobody stated is called assumed",
        },
    ),
    "hosting_cheapest_rented": (
        "Run prompt caching, routing and semantic caching.",
        "Do not commit to GPU capacity now; 1 replicas.",
        {"every change for today is a decision", "a plural of one: '1 replicas'"},
    ),
    "best_already": (
        "$19,440 a month can be saved today",
        f"Approve prompt caching. {OWNER}",
        {
            "where nothing can be changed today nothing is saved or approved",
            "the headline's saving is the sum of the steps",
        },
    ),
    "no_economics": (
        "$19,440 a month can be saved today",
        "from 4.0 to 4.0 in maturity",
        {
            "without economics nothing is saved and nothing of the kind decided",
            "where nothing can be changed today nothing is saved or approved",
            "a change to the same: '4.0 to 4.0 in maturity'",
        },
    ),
    "no_pool": (
        "Self-hosting everything does not pay.",
        "Decide to switch on prompt caching: $19,440 less a month.",
        {"without a pool nothing is said of hosting everything"},
    ),
    "all_not_applicable": (
        "$19,440 a month can be saved today. 17 of 17 questions answered",
        "Decide to switch on prompt caching: $233,280. Fund what routing waits for: $1.",
        {
            "where no question applies nobody is said to have answered",
            "what is to be funded is worth what all parts save",
        },
    ),
    "all_levers_to_switch_off": (
        "$19,852 a month can be saved today. Effort: 0 person-days",
        "Decide to switch off prompt caching, routing, semantic caching and self-hosting: $1."
        " Near the crossover do not. Self-hosted replicas would work 0 % of the time.",
        {
            "effort that nobody stated is called assumed",
            "the crossover is near only where it is near",
            "no work at all: '0 person-days'",
            "a share of nothing: 'work 0 %'",
        },
    ),
    "sixty_actions": (
        "$19,440 a month can be saved today",
        "Decide to switch on prompt caching: $233,280.",
        {"every recommended step is in the plan, or said not to be"},
    ),
    "three_parts": (
        "$19,474 a month can be saved today",
        "Decide to switch on prompt caching: $233,682. “Claims assistant”: Fund what routing"
        " waits for: 11,221. Do not commit to GPU capacity now.",
        {
            "what is to be funded is worth what all parts save",
            "what holds for one part of several names it",
        },
    ),
    "applications": (
        "$28,493 a month can be saved today. The rest must wait for Evals at 3 (now 2.0) and"
        " Hosting at 2 (now 1.0) and Evals at 3 (now 2.0).",
        "Decide to switch on prompt caching: $341,916.",
        {
            "one thing asked for twice: 'Evals at 3 (now 2.0) and Hosting at 2 (now 1.0) and"
            " Evals at 3 (now 2.0)'",
        },
    ),
    "never_crosses": (
        "$324.00 a month can be saved today",
        "Decide to switch on prompt caching: $324; look again when volume nears the crossover.",
        {"where hosting never crosses nobody is told to wait for it"},
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_what_was_said_once_breaks_the_rules(name: str) -> None:
    economics, decisions, broken = SAID[name]
    pages = ("Overall 4.0 of 5", economics, f"What to decide {decisions}")

    found = rules.broken(rules.Told(frozen(name).payload, pages))

    assert set(found) - set(map(told_of, rules.BOARD_ASKS)) == broken


def told_of(question: str) -> str:
    """The rule of a question that a board asks."""
    return f"where money is advised the brief says {question}"


# What answers each question in a brief of a case at level 5.
ANSWERS = {
    "how much": "$30,661 a month can be saved today.",
    "how sure": "8 of 10 futures save $25,123 to $39,059; cheaper than today in all of them.",
    "for what money": "One-time cost: nothing to buy. Effort: at most 30 person-days.",
    "what if wrong": "What could go wrong – Prices are those stated in the scenario.",
    "who decides": "Owner By",
    "by when": "30 Nov 2026",
}


@pytest.mark.parametrize("question", [*ANSWERS, ""])
def test_board_question_without_its_answer_breaks_the_rules(question: str) -> None:
    said = {key: "" if key == question else text for key, text in ANSWERS.items()}
    decided = f"{said['who decides']} Decide to switch on routing: {said['by when']}"
    pages = (
        said["how much"],
        f"{said['how sure']} {said['for what money']}",
        f"{said['what if wrong']} What to decide {decided}",
    )

    found = rules.broken(rules.Told(frozen("level_five").payload, pages))

    board = set(map(told_of, rules.BOARD_ASKS))
    assert set(found) & board == ({told_of(question)} if question else set())
