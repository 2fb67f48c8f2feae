"""The scenario form: one calm page of figures, and the document that they make."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from assessments.serializers import HIGHEST_VERSION
from costing.catalog.forms import is_own_choice
from costing.catalog.origins import Origin, Origins
from costing.engine.inputs import InputField, InputSection, Stated, figures, input_named, sections
from costing.scenarios.content.bases import guessed_paths, with_guesses
from costing.scenarios.content.hosting_costs import ASSUMED, RENTED
from costing.scenarios.content.profiles import WEEK_SHAPES, shape_of, written_profile
from costing.scenarios.content.titles import LEVER_TITLES
from costing.scenarios.contract_terms import CONTRACT_MONTHS, ContractEnd
from costing.scenarios.form_applications import ApplicationRows
from costing.scenarios.form_correlations import CorrelationRows
from costing.scenarios.form_currency import CURRENCY, CurrencyForm, start_of_currency
from costing.scenarios.form_errors import plain_reason
from costing.scenarios.form_models import MODELS, ModelsForm, start_of_models
from costing.scenarios.form_numbers import ProfileField
from costing.scenarios.form_pool import PoolForm, assumptions, start_of_pool
from costing.scenarios.form_rows import PairRows, RangeRows, Rows, put_or_drop
from presentation.number_field import GUESS, NumberField, is_guess, shown

TODAY = input_named("current_levers")
WORKLOAD, POOL = sections()["workload"], sections()["pool"]
CHECKED_BY_ENGINE = (*MODELS, POOL.key, CURRENCY.key)
OPTIONAL_SECTIONS = tuple(section for section in sections().values() if section.group.switch)
PROPOSE = "pool"  # what the button says that lets the catalog propose a pool
WEEK_FIELDS = ("workload__shape", "workload__hourly_profile")
# A fault of a whole section is shown at the field where a person would mend it.
FIELD_OF_SECTION = {
    **{key: f"{key}__catalog" for key in MODELS},
    **{section.key: section.switch_name for section in OPTIONAL_SECTIONS},
}


@dataclass(frozen=True)
class SectionFields:
    """The fields of one section of the form; nothing of one that `is_quiet` can be left out."""

    key: str
    title: str
    intro: str
    switch: BoundField
    fields: Sequence[tuple[BoundField, str]]
    advanced: Sequence[tuple[BoundField, str]]
    has_advanced_errors: bool
    is_quiet: bool


@dataclass(frozen=True)
class WorkloadFields:
    """The fields of the workload: those asked first, the rest, and what few state."""

    first: Sequence[tuple[BoundField, str]]
    rest: Sequence[tuple[BoundField, str]]
    advanced: Sequence[tuple[BoundField, str]]
    has_rest: bool
    has_advanced: bool
    has_week: bool


class VersionForm(forms.Form):
    """The version of the scenario that a person saw."""

    version = forms.IntegerField(min_value=1, max_value=HIGHEST_VERSION)


class LeverForm(VersionForm):
    """Whether a lever runs today, over the version of the scenario that a person saw."""

    lever = forms.ChoiceField(choices=list(LEVER_TITLES.items()))
    runs = forms.BooleanField(required=False)


class ScenarioForm(ModelsForm, PoolForm, CurrencyForm):
    """Everything about a scenario; `document` and `origins` are what it makes."""

    use_required_attribute = False

    title = forms.CharField(label="Title", max_length=120)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    current_levers = forms.MultipleChoiceField(
        label=TODAY.label,
        choices=list(LEVER_TITLES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=TODAY.help,
    )
    alternative_to = forms.TypedChoiceField(
        label="Counts as",
        required=False,
        coerce=UUID,
        empty_value=None,
        help_text="An alternative is shown beside what it would replace and is not added up.",
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        document: Mapping[str, Any] | None = None,
        origins: Origins | None = None,
        initial: Mapping[str, Any] | None = None,
        options_url: str = "",
        parts: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.base_document = dict(document or {})
        self.base_origins = dict(origins or {})
        self.options_url = options_url
        super().__init__(data, initial={**self._start(), **(initial or {})})
        if len(parts) > 1:
            self.fields["alternative_to"].choices = parts  # type: ignore[attr-defined]
        else:
            del self.fields["alternative_to"]
        self._add_figures()
        self.add_models(options_url)
        self._add_switches()
        self.add_pool()
        self.add_currency()
        self._add_week()
        self.ranges = RangeRows(data, self.base_document)
        self.correlations = CorrelationRows(data, self.base_document)
        self.pairs = PairRows(data, self.base_document)
        self.applications = ApplicationRows(data, self.base_document)
        self.rows: Mapping[str, Rows] = {
            "ranges": self.ranges,
            "correlations": self.correlations,
            "pairs": self.pairs,
            "applications": self.applications,
        }

    def _start(self) -> dict[str, Any]:
        """What is shown of the document; a figure taken from an offer stays the offer's."""
        stated, origins = Stated(self.base_document), self.base_origins
        guessed = guessed_paths(origins)
        profile = stated.at("workload.hourly_profile")
        shape = shape_of(profile)
        start: dict[str, Any] = {
            "current_levers": stated.at("current_levers") or [],
            "workload__shape": shape.key if shape else "",
            "workload__hourly_profile": "" if shape else written_profile(profile),
            **start_of_models(stated),
            **start_of_pool(stated, origins),
            **start_of_currency(stated),
        }
        for figure in figures():
            if not is_own_choice(figure.path, origins.get(figure.path)):
                text = shown(stated.at(figure.path), is_percent=figure.is_percent)
                is_guessed = text and figure.path in guessed
                start[figure.name] = f"{GUESS}{text}" if is_guessed else text
        if stated.at("pool") is None:
            start |= {f"pool__{key}": shown(each.value) for key, each in ASSUMED[RENTED].items()}
        for part in OPTIONAL_SECTIONS:
            start[part.switch_name] = stated.at(part.key) is not None
        return start

    def _add_figures(self) -> None:
        for figure in figures():
            self.fields[figure.name] = NumberField(
                label=figure.label,
                help_text=" ".join(filter(None, (figure.help, assumptions(figure)))),
                required=figure.is_required and figure.section not in CHECKED_BY_ENGINE,
                is_percent=figure.is_percent,
                low=figure.low,
                high=figure.high,
                placeholder=_placeholder(figure),
                may_be_guess=figure.may_range,
            )

    def _add_switches(self) -> None:
        for section in OPTIONAL_SECTIONS:
            self.fields[section.switch_name] = forms.BooleanField(
                label=section.group.switch, required=False
            )

    def _add_week(self) -> None:
        self.fields["workload__shape"] = forms.ChoiceField(
            label="Typical week",
            choices=[
                ("", "As the active hours and days say"),
                *((shape.key, shape.title) for shape in WEEK_SHAPES),
            ],
            required=False,
        )
        self.fields["workload__hourly_profile"] = ProfileField(
            7,
            label="Or your own week",
            help_text=(
                "168 numbers, Monday 00:00 first: calls or shares of each hour. They go before"
                " anything chosen above."
            ),
        )

    def __iter__(self) -> Iterator[BoundField]:
        """All fields, those of the rows last."""
        yield from super().__iter__()
        for rows in self.rows.values():
            for row in rows:
                yield from row

    def workload(self) -> WorkloadFields:
        """What the template draws of the workload: what is asked first, and what may follow."""
        first = [each for each in WORKLOAD.plain if each.is_required]
        rest = self.bound([each for each in WORKLOAD.plain if not each.is_required])
        advanced = self.bound(WORKLOAD.advanced)
        return WorkloadFields(
            first=self.bound(first),
            rest=rest,
            advanced=advanced,
            has_rest=self._is_used(rest) or self._has_week(),
            has_advanced=self._is_used(advanced),
            has_week=self._has_week(),
        )

    def sections(self) -> Iterator[SectionFields]:
        """What the template draws of what may be added, part by part."""
        for section in OPTIONAL_SECTIONS:
            scaling = (
                [(self["pool__scaling"], ""), (self["pool__points"], "")] if section is POOL else []
            )
            is_currency = section is CURRENCY
            yield SectionFields(
                key=section.key,
                title=section.title,
                intro=section.group.intro,
                switch=self[section.switch_name],
                fields=self.currency_fields() if is_currency else self.bound(section.plain),
                advanced=[*self.bound(section.advanced), *scaling],
                has_advanced_errors=any(self.errors.get(f.name) for f in section.advanced),
                is_quiet=is_currency,
            )

    def _has_week(self) -> bool:
        return any(self[name].value() or self.errors.get(name) for name in WEEK_FIELDS)

    @staticmethod
    def _is_used(fields: Sequence[tuple[BoundField, str]]) -> bool:
        return any(field.value() or field.errors for field, _ in fields)

    def horizon(self) -> tuple[BoundField, str]:
        """The break-even's horizon and its unit."""
        return self.bound([input_named("horizon_months")])[0]

    def worth(self) -> list[tuple[BoundField, str]]:
        """What a change must be worth: a day of people's work, and the least of the bill."""
        return self.bound([input_named("usd_per_day"), input_named("materiality_ratio")])

    def has_worth(self) -> bool:
        """Whether a horizon or what a change must be worth is stated."""
        return self._is_used([self.horizon(), *self.worth()])

    def drawing(self) -> list[tuple[BoundField, str]]:
        """How many futures are drawn, and which."""
        return self.bound([input_named("samples"), input_named("seed")])

    def clean(self) -> dict[str, Any]:
        """Forget errors in parts that are switched off, and of a model that has own prices."""
        for rows in self.rows.values():
            for error in rows.non_form_errors():
                self.add_error(None, error)
            self._take_errors(rows)
        if self.cleaned_data.get("premium_model__input_usd_per_mtok") is not None:
            self.errors.pop("premium_model__catalog", None)
        for section in OPTIONAL_SECTIONS:
            if not self.cleaned_data.get(section.switch_name):
                for name in [each for each in self.errors if each.startswith(f"{section.key}__")]:
                    del self.errors[name]
        if self._is_on(POOL):
            self.check_measurement()
        return self.cleaned_data

    def _take_errors(self, rows: Rows) -> None:
        self.errors.update(
            {each.html_name: each.errors for row in rows for each in row if each.errors}
        )

    def is_priceable(self) -> bool:
        """Whether all figures can be read; what names and versions the scenario is no matter."""
        return not set(self.errors) - {"title", "version", "alternative_to"}

    def stated(self) -> dict[str, Any]:
        """What the form says of a scenario."""
        stated = {"title": self.cleaned_data["title"]}
        if "alternative_to" in self.fields:
            stated["alternative_to_id"] = self.cleaned_data["alternative_to"]
        return {**stated, "document": self.document(), "origins": self.origins()}

    def document(self) -> dict[str, Any]:
        """Section 1's document; what this form does not ask for stays as it was."""
        made = deepcopy(self.base_document)
        off = {section.key for section in OPTIONAL_SECTIONS if not self._is_on(section)}
        for figure in figures():
            if figure.section not in off and figure.section not in MODELS:
                _put(made, figure, self.cleaned_data.get(figure.name))
        for section in MODELS:
            self.put_model(made, section)
        for key in off:
            made.pop(key, None)
        chosen = self.cleaned_data.get("workload__shape")
        shape = next((list(each.weights) for each in WEEK_SHAPES if each.key == chosen), None)
        week = self.cleaned_data.get("workload__hourly_profile") or shape
        put_or_drop(made["workload"], "hourly_profile", week)
        if "pool" not in off:
            self.put_pool(made["pool"])
        if CURRENCY.key not in off:
            self.put_currency(made.setdefault(CURRENCY.key, {}))
        made["current_levers"] = self.cleaned_data["current_levers"]
        ranges = self.ranges.document()
        kept = {path: ends for path, ends in ranges.items() if path.partition(".")[0] not in off}
        put_or_drop(made, "ranges", kept)
        put_or_drop(made, "correlations", self.correlations.document(off))
        put_or_drop(made, "pairs", self.pairs.document())
        self._put_applications(made)
        return made

    def origins(self) -> dict[str, Origin]:
        """Where figures were taken from; one that was not touched keeps its origin."""
        found, base = dict(self.base_origins), Stated(self.base_document)
        # What the form does not ask for, such as a profile of the week, stays as it was.
        for figure in figures():
            typed = self.cleaned_data.get(figure.name)
            if typed is None or typed != base.at(figure.path):
                found.pop(figure.path, None)
        found = with_guesses(found, self._guessed())
        if not self._is_on(POOL):
            return {path: each for path, each in found.items() if not path.startswith("pool.")}
        for step in self.chosen_steps():
            if self.is_open(step.key_in_pool):
                found[step.path] = step.origin()
        if self.base_document.get("pool") is None:
            for key, assumed in ASSUMED[RENTED].items():
                if self.cleaned_data.get(f"pool__{key}") == assumed.value:
                    found[f"pool.{key}"] = assumed.origin(RENTED)
        return found

    def _guessed(self) -> list[str]:
        """The figures that were typed as guesses, and take part."""
        off = {section.key for section in OPTIONAL_SECTIONS if not self._is_on(section)}
        return [
            figure.path
            for figure in figures()
            if figure.may_range
            and figure.section not in off
            and self.cleaned_data.get(figure.name) is not None
            and is_guess(str(self.data.get(figure.name, "")))
        ]

    def add_document_errors(self, fields: Mapping[str, list[str]]) -> None:
        """Show the errors that the engine found at the fields they belong to."""
        for path, reasons in fields.items():
            field = self._field_at(path)
            for reason in reasons:
                if field is None:
                    self.add_error(None, f"{path}: {reason}")
                else:
                    field.form.add_error(field.name, plain_reason(reason, field.field))
        for rows in self.rows.values():
            self._take_errors(rows)

    def suggest(self, end: ContractEnd | None) -> None:
        """Say beside its field how long the contract prices of the models hold."""
        if end is not None:
            field = self.fields[CONTRACT_MONTHS.replace(".", "__")]
            field.help_text = f"{field.help_text} {end.hint}"

    def at(self, version: int) -> "ScenarioForm":
        """The same form with all that was typed, ready to be sent again over `version`."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["version"] = str(version)
        return ScenarioForm(data, document=self.base_document, options_url=self.options_url)

    def _is_on(self, section: InputSection) -> bool:
        if section is POOL and self.data.get("action") == PROPOSE:
            # An empty pool is for the catalog to fill.
            typed = (each.name for each in POOL.figures if each.key not in ASSUMED[RENTED])
            chosen = ("pool__offer", "pool__throughput", *typed)
            return any(self.data.get(name) for name in chosen)
        return bool(self.cleaned_data.get(section.switch_name))

    def _put_applications(self, made: dict[str, Any]) -> None:
        """Write the applications; those with figures of their own say what all of them ask."""
        applications = self.applications.document()
        put_or_drop(made, "applications", applications)
        own = [
            each["workload"].get("requests_per_month", 0.0)
            for each in applications
            if "workload" in each
        ]
        shared = sum(each.get("share", 0.0) for each in applications)
        if own and shared < 1.0:
            made["workload"]["requests_per_month"] = sum(own) / (1.0 - shared)

    def _field_at(self, path: str) -> BoundField | None:
        section, _, rest = path.partition(".")
        if section in self.rows:
            return self.rows[section].field_at(path)
        name = f"{section}__tiers" if rest.startswith("tiers") else path.replace(".", "__")
        name = "pool__points" if path.startswith("pool.points.") else name
        name = f"{section}__provisioned" if rest.startswith("provisioned") else name
        name = FIELD_OF_SECTION.get(path, name)
        return self[name] if name in self.fields else None


def _placeholder(figure: InputField) -> str:
    """What an empty field stands for, where that is a number."""
    text = shown(figure.default, is_percent=figure.is_percent)
    return text or (figure.empty if figure.empty.isdecimal() else "")


def _put(document: dict[str, Any], figure: InputField, value: Any) -> None:
    holder = document.setdefault(figure.section, {}) if figure.section else document
    if value is None:
        holder.pop(figure.key, None)
    else:
        holder[figure.key] = value
