"""The clock says what has passed and which day it is, and notes for how long that holds."""

from datetime import UTC, date, datetime, timedelta

import time_machine

from organizations import clock
from organizations.clock import Period

NOW = datetime(2026, 11, 30, 18, 30, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


@time_machine.travel(NOW, tick=False)
def test_a_moment_has_passed_once_it_has_come() -> None:
    a_bit = timedelta(microseconds=1)

    assert [clock.has_passed(NOW + each) for each in (-a_bit, 0 * a_bit, a_bit)] == [
        True,
        True,
        False,
    ]


@time_machine.travel(NOW, tick=False)
def test_what_was_asked_is_noted_up_to_the_next_change() -> None:
    with clock.noted() as nothing:
        pass
    with clock.noted() as period:
        for hours in (-3, -1, 2, 1):
            clock.has_passed(NOW + hours * AN_HOUR)
    clock.has_passed(NOW)

    assert nothing == Period(clock.FIRST, clock.LAST)
    assert period == Period(NOW - AN_HOUR, NOW + AN_HOUR)


@time_machine.travel(NOW, tick=False)
def test_a_day_is_noted_from_midnight_to_midnight() -> None:
    with clock.noted() as period:
        day = clock.today()

    assert day == date(2026, 11, 30)
    assert period == Period(datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))


def test_a_period_is_now_from_its_first_moment_to_just_before_its_last() -> None:
    period, a_bit = Period(NOW, NOW + AN_HOUR), timedelta(microseconds=1)

    def is_now(moment: datetime) -> bool:
        with time_machine.travel(moment, tick=False):
            return period.is_now()

    moments = (NOW - a_bit, NOW, NOW + AN_HOUR - a_bit, NOW + AN_HOUR)
    assert [is_now(each) for each in moments] == [False, True, True, False]
