"""Where a figure of a scenario was taken from, as the scenario keeps it beside the figure.

Pure: no Django, no clock, no I/O.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, TypeAdapter

from costing.engine.inputs import Basis

_Day = Annotated[
    date | None,
    BeforeValidator(lambda day: day or None),
    PlainSerializer(lambda day: day.isoformat() if day else "", when_used="json"),
]
# A kind that is known no more is none.
_Basis = Annotated[
    Basis | None, BeforeValidator(lambda basis: basis if basis in list(Basis) else None)
]


class Origin(BaseModel):
    """What a figure rests on, its source, and when that was looked up.

    `key` names the offer or the measurement whose own figure it is. Older rows have no `basis`.
    """

    model_config = ConfigDict(frozen=True)

    label: str = ""
    source_url: str = ""
    checked_on: _Day = None
    key: str = ""
    basis: _Basis = None


Origins = Mapping[str, Origin]
"""The origins of a scenario's figures, by path."""
_ORIGINS = TypeAdapter(dict[str, Origin])


def read_origins(stored: Mapping[str, Any]) -> dict[str, Origin]:
    """The origins that a scenario's row holds."""
    return _ORIGINS.validate_python(stored)


def origins_document(origins: Origins) -> dict[str, Any]:
    """Origins as a scenario's row holds them, without what is not known of a figure."""
    document: dict[str, Any] = _ORIGINS.dump_python(dict(origins), mode="json", exclude_unset=True)
    return document
