"""Filters of lists, and how the schema names them."""

from datetime import MAXYEAR, MINYEAR, UTC, datetime
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from django_filters import FilterSet, filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

TYPES = {
    filters.UUIDFilter: OpenApiTypes.UUID,
    filters.BooleanFilter: OpenApiTypes.BOOL,
    filters.DateFilter: OpenApiTypes.DATE,
    filters.IsoDateTimeFilter: OpenApiTypes.DATETIME,
}


class MomentFilter(filters.IsoDateTimeFilter):
    """A moment with its zone; near the ends of the calendar it would not be one in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validators=[_check_year], **kwargs)

    def filter(self, rows: QuerySet, value: datetime | None) -> QuerySet:
        """Narrow by the moment in UTC: PostgreSQL knows no zone beyond 16 hours."""
        return super().filter(rows, value and value.astimezone(UTC))


def _check_year(moment: datetime) -> None:
    if not MINYEAR < moment.year < MAXYEAR:
        raise DjangoValidationError("Choose a year from 2 to 9998.")


@cache
def filter_parameters(filter_class: type[FilterSet]) -> tuple[OpenApiParameter, ...]:
    """Return the filters as the schema names them."""
    return tuple(
        OpenApiParameter(
            name,
            _type_of(each),
            enum=[value for value, _ in each.extra.get("choices", ())] or None,
            description=str(each.label or ""),
        )
        for name, each in filter_class.base_filters.items()
    )


def _type_of(each: filters.Filter) -> OpenApiTypes:
    return next(
        (known for kind, known in TYPES.items() if isinstance(each, kind)), OpenApiTypes.STR
    )
