"""The forms of usage: send a file, make a scenario of it, hold it against a bill."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms

from costing.catalog.resolve import MAX_REFERENCE_LENGTH
from costing.engine.inputs.fields import LEAST
from costing.engine.inputs.workload import MAX_REQUESTS_PER_MONTH
from costing.usage.columns import (
    CACHED_PLACES,
    COLUMNS,
    MAX_COLUMN_LENGTH,
    RATE,
    RATE_BOUNDS,
)
from costing.usage.coverage import time_zones
from costing.usage.groups import MAX_GROUP_LENGTH, SPLITS
from costing.usage.merging import OVERLAPS
from costing.usage.models import UsageImport
from costing.usage.records import LIMITS
from costing.usage.selectors import MAX_TO_MERGE
from costing.usage.services import HOW_MANY, MAX_MERGED, Coverage, UsageFile
from costing.usage.sources import PLAIN, SOURCES
from costing.usage.written import DATES, NUMBERS
from organizations.exceptions import Conflict, Invalid
from organizations.forms import DayField, DomainForm
from presentation.wording import short_day

FORMATS = [("", "Recognize it by its content"), *((key, s.title) for key, s in SOURCES.items())]


RECOGNIZED = ("", "Recognize it by the first rows")


def zone_choices() -> list[tuple[str, str]]:
    """The time zones by name."""
    return [(name, name.replace("_", " ")) for name in time_zones()]


class MeasuredScenarioForm(DomainForm):
    """What a scenario of measured usage needs beside it."""

    scenario = forms.ChoiceField(label="Scenario", required=False)
    model = forms.CharField(
        label="Model that answers",
        required=False,
        max_length=MAX_REFERENCE_LENGTH,
        help_text="As the catalog names it: &lt;provider&gt;:&lt;model&gt;. For a new scenario.",
    )
    calls_per_month = forms.FloatField(
        label="Calls a month", required=False, min_value=LEAST, max_value=MAX_REQUESTS_PER_MONTH
    )
    by_group = forms.BooleanField(
        label="Each application, key or tag is an application of the scenario", required=False
    )

    def __init__(self, *args: Any, scenarios: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scenario"].choices = [("", "A new one"), *scenarios]  # type: ignore[attr-defined]


class CoverageForm(DomainForm):
    """What a file covers: the time zone of its days, its first and its last one."""

    shows = (Invalid, Conflict)
    time_zone = forms.ChoiceField(label="Time zone of the client", choices=zone_choices)
    covers_from = DayField(label="First day", required=False)
    covers_to = DayField(
        label="Last day",
        required=False,
        help_text="Leave both days empty to go by the file.",
    )

    @property
    def values(self) -> dict[str, Any]:
        """What was said, as the service takes it; raises Invalid with the fields at fault."""
        return {"coverage": Coverage(**self.cleaned_data)}


class ReconciliationForm(DomainForm):
    """Which bill usage is held against, and which price book."""

    billing = forms.ChoiceField(label="Bill", required=False)
    price_book = forms.ChoiceField(label="Price book", required=False)

    def __init__(
        self,
        *args: Any,
        bills: Sequence[tuple[str, str]],
        books: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        usual = ("", "The file’s own, or the newest of its models")
        self.fields["billing"].choices = [usual, *bills]  # type: ignore[attr-defined]
        self.fields["price_book"].choices = [("", "The newest"), *books]  # type: ignore[attr-defined]


class MergeForm(DomainForm):
    """Which imports are to be one, and what hours are that several of them have."""

    shows = (Invalid, Conflict)
    imports = forms.MultipleChoiceField(
        label="Files",
        widget=forms.CheckboxSelectMultiple,
        help_text=f"2 to {MAX_MERGED} of the last {MAX_TO_MERGE} that have been read.",
    )
    overlap = forms.ChoiceField(
        label="Hours that several files have of a model", choices=[*OVERLAPS.items()]
    )

    def __init__(self, *args: Any, imports: Iterable[UsageImport], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(each.pk), _named(each)) for each in imports]
        self.fields["imports"].choices = choices  # type: ignore[attr-defined]
        self.is_possible = len(choices) > 1

    @property
    def values(self) -> dict[str, Any]:
        """The imports and the choice as the service takes them."""
        ids = [UUID(each) for each in self.cleaned_data["imports"]]
        return {"imports": ids, "overlap": self.cleaned_data["overlap"]}


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several, as a list."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each file; raises ValidationError for too many, and for one that is none."""
        if isinstance(data, list) and len(data) > LIMITS.files:
            raise forms.ValidationError(HOW_MANY)
        each = data if isinstance(data, list) and data else [data]
        return [super(FilesField, self).clean(file, initial) for file in each]


def _named(usage_import: UsageImport) -> str:
    """An import by its name and the days that it covers."""
    ends = (usage_import.first_at, usage_import.last_at)
    return f"{usage_import.filename} ({' – '.join(short_day(end) for end in ends if end)})"


class UsageForm(DomainForm):
    """Files, their format if it is not recognized, and the columns of a CSV of one's own."""

    shows = (Invalid, Conflict)
    file = FilesField(
        label="Files",
        max_length=1000,
        help_text=(
            "CSV, JSON or JSONL, also with .gz, Parquet, or XLSX (its first sheet);"
            f" at most {LIMITS.upload_bytes // 1024 // 1024} MB together. Up to {LIMITS.files} at"
            " once, such as the pages or days of one export: one import, in which what overlaps"
            " counts once."
        ),
    )
    format = forms.ChoiceField(label="Format", choices=FORMATS, required=False)
    split_by = forms.ChoiceField(
        label="Split",
        choices=[("", "Not at all"), *SPLITS.items()],
        required=False,
        help_text=f"The {LIMITS.groups} largest are told apart, where the file names them.",
    )
    tag = forms.CharField(
        label="Which tag",
        required=False,
        max_length=MAX_GROUP_LENGTH,
        help_text="The key of tags such as app:chat, where a call has several.",
    )
    numbers = forms.ChoiceField(
        label="Numbers are written like",
        choices=[RECOGNIZED, *NUMBERS.items()],
        required=False,
    )
    dates = forms.ChoiceField(
        label="Days are written like", choices=[RECOGNIZED, *DATES.items()], required=False
    )
    currency = forms.CharField(
        label="Another currency", required=False, max_length=3, help_text="Such as EUR."
    )
    usd_per_unit = forms.DecimalField(
        label="One unit of it in USD",
        required=False,
        **RATE_BOUNDS,
    )
    rate_on = DayField(label="Day of this rate", required=False)
    cached = forms.ChoiceField(
        label="Cached tokens", choices=[*CACHED_PLACES.items()], required=False, initial="inside"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, column in COLUMNS.items():
            self.fields[name] = forms.CharField(
                label=column.title, required=False, max_length=MAX_COLUMN_LENGTH
            )

    @property
    def values(self) -> dict[str, Any]:
        """The files as the service takes them."""
        return {"sent": UsageFile.of(self.cleaned_data)}

    @property
    def column_fields(self) -> list[forms.BoundField]:
        """The fields that name columns."""
        return [self[name] for name in COLUMNS]

    @property
    def opens_columns(self) -> bool:
        """Whether something about the columns needs to be seen."""
        named = self.is_bound and (self["format"].value() == PLAIN or self["time"].value())
        return bool(named or {*COLUMNS, "cached", "numbers", "dates"} & set(self.errors))

    @property
    def rate_fields(self) -> list[forms.BoundField]:
        """The fields of another currency's rate."""
        return [self[name] for name in RATE]

    @property
    def opens_rate(self) -> bool:
        """Whether something about the rate needs to be seen."""
        return any(self.is_bound and field.value() for field in self.rate_fields)
