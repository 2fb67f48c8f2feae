"""The recommendation for a workload of several parts: one step for each change, money summed up."""

from assessments.recommendation import (
    ChangeKind,
    NotRecommended,
    Recommendation,
    State,
    Step,
    together,
)

ON, OFF, RESIZE = ChangeKind


def part(
    spend: float,
    *steps: Step,
    levers: tuple[str, ...] = (),
    not_recommended: tuple[NotRecommended, ...] = (),
) -> Recommendation:
    now = spend - sum(step.saving_usd_per_month for step in steps if step.is_now)
    later = spend - sum(step.saving_usd_per_month for step in steps)
    return Recommendation(
        spend, State(levers, now), State(levers, later), tuple(steps), not_recommended
    )


def test_one_part_is_its_own_recommendation() -> None:
    alone = part(10.0, Step(ON, "routing", 4.0, 0.0, is_now=True))

    assert together([("Search", alone)]) is alone


def test_change_of_several_parts_is_one_step_that_names_them() -> None:
    search = part(100.0, Step(ON, "caching", 30.0, 5.0, True), levers=("caching",))
    support = part(50.0, Step(ON, "caching", 10.0, 2.0, True), levers=("caching",))
    idle = part(7.0)

    whole = together([("Search", search), ("Support", support), ("Idle", idle)])

    assert whole.steps == (Step(ON, "caching", 40.0, 7.0, True, parts=("Search", "Support")),)
    assert whole.spend_usd_per_month == 157.0
    assert whole.now == whole.later == State(("caching",), 117.0)


def test_change_of_all_parts_names_none() -> None:
    step = Step(OFF, "routing", 3.0, 0.0, is_now=True)

    whole = together([("Search", part(9.0, step)), ("Support", part(9.0, step))])

    assert whole.steps == (Step(OFF, "routing", 6.0, 0.0, True),)


def test_same_change_now_and_later_stays_two_steps_with_those_of_now_first() -> None:
    first = part(100.0, Step(RESIZE, "pool", 1.0, 0.0, True), Step(ON, "routing", 5.0, 0.0, False))
    second = part(100.0, Step(ON, "routing", 7.0, 0.0, True))

    whole = together([("Search", first), ("Support", second)])

    assert [(step.lever, step.is_now, step.saving_usd_per_month) for step in whole.steps] == [
        ("pool", True, 1.0),
        ("routing", True, 7.0),
        ("routing", False, 5.0),
    ]
    assert (whole.saving_now_usd_per_month, whole.saving_later_usd_per_month) == (8.0, 13.0)


def test_lever_used_in_one_part_is_not_called_not_recommended() -> None:
    used = part(10.0, levers=("routing",))
    without = part(10.0, not_recommended=(NotRecommended("routing", "adds_cost", -2.0),))

    assert together([("Search", used), ("Support", without)]).not_recommended == ()


def test_lever_of_no_part_has_the_money_of_all_that_price_it_and_the_best_reason() -> None:
    dear = part(10.0, not_recommended=(NotRecommended("routing", "adds_cost", -2.0),))
    small = part(10.0, not_recommended=(NotRecommended("routing", "immaterial", 0.5),))
    unpriced = part(10.0, not_recommended=(NotRecommended("routing", "no_price"),))

    whole = together([("Search", dear), ("Support", small), ("Mail", unpriced)])

    assert whole.not_recommended == (NotRecommended("routing", "immaterial", -1.5),)
    alone = together([("Mail", unpriced), ("Idle", unpriced)])
    assert alone.not_recommended == (NotRecommended("routing", "no_price"),)
