"""Rows of the scenario form for several applications: what each has of its own (section 9)."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import count
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import slugify

from costing.engine.inputs import InputField, sections
from costing.engine.inputs.applications import (
    MAX_APPLICATIONS,
    MAX_KEY_LENGTH,
    MAX_TITLE_LENGTH,
    RESERVED_KEYS,
)
from costing.scenarios.content.titles import LEVER_TITLES
from costing.scenarios.form_rows import Document, Rows
from presentation.number_field import NumberField, shown

FIGURES: tuple[InputField, ...] = tuple(
    figure for figure in sections()["workload"].plain if figure.key != "monthly_growth_ratio"
)
"""What a row asks of an application's own workload; growth is the same for all."""


class ApplicationForm(forms.Form):
    """One application: a share of the scenario's workload, or a workload of its own."""

    key = forms.CharField(required=False, max_length=MAX_KEY_LENGTH, widget=forms.HiddenInput)
    title = forms.CharField(label="Name", required=False, max_length=MAX_TITLE_LENGTH)
    share = NumberField(
        label="Share", required=False, is_percent=True, help_text="Instead of its own figures."
    )
    levers = forms.MultipleChoiceField(
        label="Levers that it may use",
        choices=list(LEVER_TITLES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_removed = forms.BooleanField(label="Take it out", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for figure in FIGURES:
            self.fields[figure.key] = NumberField(
                label=figure.label, required=False, low=figure.low, high=figure.high
            )

    def figures(self) -> Iterator[tuple[BoundField, str]]:
        """The fields of its own workload, with their units."""
        return ((self[figure.key], figure.unit) for figure in FIGURES)

    @property
    def stated(self) -> dict[str, float]:
        """The figures of its own workload that were typed."""
        values = {figure.key: self.cleaned_data.get(figure.key) for figure in FIGURES}
        return {key: value for key, value in values.items() if value is not None}

    def document(self, stored: Document, key: str) -> dict[str, Any]:
        """The application of the document; what the row does not ask for stays as it was."""
        made = deepcopy(dict(stored)) | {"key": key}
        rest = {
            name: value
            for name, value in (made.pop("workload", None) or {}).items()
            if name not in {figure.key for figure in FIGURES}
        }
        for name in ("title", "share", "levers_allowed"):
            made.pop(name, None)
        if title := self.cleaned_data.get("title"):
            made["title"] = title
        if self.cleaned_data.get("share") is not None:
            made["share"] = self.cleaned_data["share"]
        if self.stated:
            made["workload"] = rest | self.stated
        levers = self.cleaned_data.get("levers", [])
        if len(levers) < len(LEVER_TITLES):
            made["levers_allowed"] = levers
        return made


class ApplicationRows(Rows):
    """The applications of a scenario; none where it is one."""

    form = ApplicationForm
    max_num = absolute_max = MAX_APPLICATIONS
    extra = 2

    def __init__(self, data: Any, document: Document) -> None:
        self.stored = {each["key"]: each for each in document.get("applications") or ()}
        # A form without these rows leaves the applications as they are.
        is_asked = bool(data) and "application-TOTAL_FORMS" in data
        start = [*map(_start, self.stored.values())]
        super().__init__(data if is_asked else None, prefix="application", initial=start)

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        number = (index or 0) + 1
        for name, field in form.fields.items():
            shown, label = str(field.label), f"{field.label}, application {number}"
            if name == "levers":
                # Of several checkboxes each has a name of its own: their legend says it all.
                field.label = label
            else:
                self.name_field(field, label, shown)
        if form.initial.get("key") is None:
            form.initial = {"levers": list(LEVER_TITLES)}
            del form.fields["is_removed"]

    @property
    def has_any(self) -> bool:
        """Whether there are applications, stored or typed."""
        return bool(self.stored) or (self.is_bound and bool(self.filled()))

    def filled(self) -> list[forms.Form]:
        """The rows of an application that is to be kept."""
        return [row for row in self.forms if _is_kept(row)]

    def document(self) -> list[dict[str, Any]]:
        """The applications of the document."""
        if not self.is_bound:
            return [dict(each) for each in self.stored.values()]
        rows: list[tuple[ApplicationForm, str]] = []
        for row in self.filled():
            assert isinstance(row, ApplicationForm)
            known = row.cleaned_data.get("key", "")
            taken = [key for _, key in rows]
            rows.append((row, known if known in self.stored else self._new_key(row, taken)))
        return [row.document(self.stored.get(key, {}), key) for row, key in rows]

    def _new_key(self, row: forms.Form, taken: list[str]) -> str:
        name: str = slugify(row.cleaned_data.get("title", "")).strip("-_")[: MAX_KEY_LENGTH - 4]
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name, re.ASCII) or name in RESERVED_KEYS:
            name = "application"
        unavailable = {*taken, *self.stored}
        key = name
        for number in count(2):
            if key not in unavailable:
                break
            key = f"{name}-{number}"
        return key

    def field_at(self, path: str) -> BoundField | None:
        """The field that an error at `applications.<number>…` belongs to."""
        _, index, *rest = [*path.split("."), ""]
        row = dict(enumerate(self.filled())).get(int(index)) if index.isdecimal() else None
        if row is None:
            return None
        names = {"levers_allowed": "levers", "workload": next(iter(rest[1:]), "")}
        name = names.get(rest[0], rest[0])
        return row[name if name in row.fields and name != "key" else "title"]


def _start(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What a row shows of a stored application."""
    workload = stored.get("workload") or {}
    levers = stored.get("levers_allowed")
    return {
        "key": stored["key"],
        "title": stored.get("title") or stored["key"],
        "share": shown(stored.get("share"), is_percent=True),
        "levers": list(LEVER_TITLES) if levers is None else levers,
        **{figure.key: shown(workload.get(figure.key)) for figure in FIGURES},
    }


def _is_kept(row: forms.Form) -> bool:
    typed = getattr(row, "cleaned_data", {})
    names = {"title", "share", *(figure.key for figure in FIGURES)}
    is_filled = any(typed.get(name) not in (None, "") for name in names)
    return is_filled and not typed.get("is_removed")
