"""The models of the scenario form: each from the catalog, or with prices of its own."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from costing.catalog.forms import catalog_field
from costing.catalog.genai_prices import canonical_reference
from costing.engine.inputs import InputField, Stated, input_named, sections
from costing.scenarios.form_numbers import (
    LinesField,
    TermsField,
    read_tier,
    shown_terms,
    shown_tiers,
)

CACHE_MODE, TIERS, PROVISIONED = (
    input_named(f"premium_model.{key}") for key in ("cache_mode", "tiers", "provisioned")
)
MODELS = {key: section.title for key, section in sections().items() if key.endswith("_model")}


def start_of_models(stated: Stated) -> dict[str, str]:
    """What the form shows of a scenario's models, beside their figures."""
    start = {}
    for section in MODELS:
        model = stated.section(section)
        start[f"{section}__catalog"] = model.get("catalog", "")
        start[f"{section}__tiers"] = shown_tiers(model.get("tiers"))
        start[f"{section}__provisioned"] = shown_terms(model.get("provisioned"))
        start[f"{section}__cache_mode"] = model.get(CACHE_MODE.key) or CACHE_MODE.default
    return start


@dataclass(frozen=True)
class ModelFields:
    """The fields of one model of the form; `use` is of its tokens and cache."""

    key: str
    title: str
    intro: str
    is_open: bool
    catalog: BoundField
    prices: Sequence[tuple[BoundField, str]]
    tiers: BoundField
    mode: BoundField
    terms: BoundField
    figures_of_use: Sequence[tuple[BoundField, str]]

    @property
    def is_own(self) -> bool:
        """Whether it has prices of its own."""
        return bool(self.tiers.value() or any(field.value() for field, _ in self.prices))

    @property
    def use(self) -> list[tuple[BoundField, str]]:
        return [*self.figures_of_use, (self.mode, ""), (self.terms, "")]

    @property
    def has_use(self) -> bool:
        """Whether anything is stated or wrong in what is used of it."""
        is_usual = self.mode.value() in ("", None, CACHE_MODE.default)
        shown = [self.terms, *(field for field, _ in self.figures_of_use)]
        return not is_usual or any(field.value() or field.errors for field in shown)


class ModelsForm(forms.Form):
    """What is asked of each model beside its figures, and the models that it makes."""

    def add_models(self, options_url: str) -> None:
        """Add the fields of each model; `options_url` lists the catalog's models."""
        for section, label in MODELS.items():
            self.fields[f"{section}__catalog"] = catalog_field(label, options_url)
            self.fields[f"{section}__cache_mode"] = forms.ChoiceField(
                label=CACHE_MODE.label, choices=list(CACHE_MODE.choices), required=False
            )
            self.fields[f"{section}__provisioned"] = TermsField(
                label=PROVISIONED.label,
                help_text=(
                    "USD an hour and tokens a minute of a unit; then weight of output, least"
                    " units, step, months; last the units bought, if not those that cost least."
                    " Example: 0.85 13,000 3 15 5 12"
                ),
            )
            self.fields[f"{section}__tiers"] = LinesField(
                read_tier,
                2,
                label=TIERS.label,
                help_text=(
                    f"{label}, dearer above a length of input. A line each: tokens, then input,"
                    " output, cached input and cache write in USD per Mtok, with - for no own"
                    " price. Example: 200,000 6 22.50 0.60 7.50"
                ),
            )
        self.fields["premium_model__catalog"].required = True

    def references(self) -> dict[str, str]:
        """What stands in the two catalog fields, typed or stored."""
        return {key: str(self[f"{key}__catalog"].value() or "")[:200] for key in MODELS}

    def models(self) -> Iterator[ModelFields]:
        """The models, each from the catalog or with prices of its own."""
        for key, title in MODELS.items():
            section = sections()[key]
            prices, use = self.bound(section.plain), self.bound(section.advanced)
            yield ModelFields(
                key=key,
                title=title,
                intro=section.group.intro,
                is_open=self._is_wanted(key, [*prices, *use]),
                catalog=self[f"{key}__catalog"],
                prices=prices,
                tiers=self[f"{key}__tiers"],
                mode=self[f"{key}__cache_mode"],
                terms=self[f"{key}__provisioned"],
                figures_of_use=use,
            )

    def _is_wanted(self, model: str, fields: Sequence[tuple[BoundField, str]]) -> bool:
        """Whether a model is stated, or a part that is switched on needs it."""
        names = (f"{model}__catalog", f"{model}__tiers", f"{model}__provisioned")
        needed_by = {"small_model": "routing", "open_model": "pool"}.get(model)
        return bool(
            (needed_by and self[f"with_{needed_by}"].value())
            or any(self[name].value() or self[name].errors for name in names)
            or any(field.value() or field.errors for field, _ in fields)
        )

    def bound(self, inputs: Iterable[InputField]) -> list[tuple[BoundField, str]]:
        """The fields of some inputs, with their units."""
        return [(self[each.name], each.unit) for each in inputs]

    def put_model(self, made: dict[str, Any], section: str) -> None:
        """Write one model into a document: a name in the catalog, prices of its own, or none."""
        prices = {f.key: self.cleaned_data.get(f.name) for f in sections()[section].figures}
        typed = {key: value for key, value in prices.items() if value is not None}
        mode = self.cleaned_data.get(f"{section}__cache_mode")
        if mode and mode != CACHE_MODE.default:
            typed[CACHE_MODE.key] = mode
        if terms := self.cleaned_data.get(f"{section}__provisioned"):
            typed["provisioned"] = terms
        reference = self.cleaned_data.get(f"{section}__catalog")
        tiers = self.cleaned_data.get(f"{section}__tiers")
        made.pop(section, None)
        if reference:
            made[section] = {"catalog": canonical_reference(reference) or reference, **typed}
        elif typed:
            made[section] = {**typed, **({"tiers": tiers} if tiers else {})}
