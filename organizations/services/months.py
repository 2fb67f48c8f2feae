"""Makes the partitions of tables by month ahead of their rows, and drops those of old months."""

import logging
import time
from datetime import date
from typing import Any

from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from organizations.models import TenantModel

logger = logging.getLogger(__name__)

MONTHS_AHEAD = 3
DAYS_A_MONTH = 31
TRIES, WAIT_SECONDS = 40, 0.05


def partitioned_models() -> list[type[TenantModel]]:
    """Return the models whose tables are partitioned by month."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, TenantModel) and model.months is not None
    ]


def make_months() -> int:
    """Make the partitions that lack, up to three months ahead; return how many.

    Rows that came before their partition are moved into it.
    """
    return sum(map(_make_months, partitioned_models()))


def _make_months(model: type[TenantModel]) -> int:
    assert model.months is not None
    today = timezone.now().date()
    first, last = _months_later(today, -model.months.back), _months_later(today, MONTHS_AHEAD)
    return make_months_between(model, first, last)


def make_months_between(model: type[TenantModel], first: date, last: date) -> int:
    """Make the partitions of a table that lack for the months of these days; return how many."""
    table = model._meta.db_table
    return _call(table, f"select make_months_{table}(%s, %s)", [first, last])


def drop_months(model: type[TenantModel], *, days: int) -> int:
    """Drop the partitions of months that ended so many days ago, as far as the database lets one.

    Returns how many.
    """
    table = model._meta.db_table
    return _call(table, f"select drop_months_{table}(%s)", [days])


def _months_later(day: date, months: int) -> date:
    """The first day of the month that is so many months after a day's."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _call(table: str, statement: str, parameters: list[Any]) -> int:
    """Call a function of the table's owner, which waits for no lock: again while one is held.

    What cannot be done now is left to the next turn: rows without a partition of their month lie in
    the default one.
    """

    @transaction.atomic
    def call() -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return int(cursor.fetchone()[0])

    for _ in range(TRIES):
        try:
            return call()
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
        time.sleep(WAIT_SECONDS)
    logger.warning("Partitions of %s are left to the next turn: the table is in use.", table)
    return 0
