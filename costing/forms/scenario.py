"""The scenario form: one calm page of figures, and the document that they make."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from costing import catalog
from costing.content.figures import (
    FIGURES,
    HORIZON,
    MODELS,
    OPTIONAL_SECTIONS,
    POOL,
    WORKLOAD,
    Figure,
    Section,
    model_figures,
)
from costing.forms.choices import (
    LEVERS,
    SCALINGS,
    catalog_field,
    is_own_choice,
    offer_choices,
    offer_origin,
    profile_origin,
    throughput_choices,
)
from costing.forms.fields import NumberField, shown
from costing.forms.reasons import plain_reason

# A fault of a whole section is shown at the field where a person would mend it.
FIELD_OF_SECTION = {
    "premium_model": "premium_model__catalog",
    "small_model": "small_model__catalog",
    **{section.key: section.switch_name for section in OPTIONAL_SECTIONS},
}


class ScenarioForm(forms.Form):
    """Everything about a scenario; `document` and `origins` are what it makes."""

    use_required_attribute = False
    template_sections = (WORKLOAD, *OPTIONAL_SECTIONS)

    title = forms.CharField(label="Title", max_length=120)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    current_levers = forms.MultipleChoiceField(
        label="What runs today",
        choices=LEVERS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Savings are counted against this.",
    )
    pool__scaling = forms.ChoiceField(label="Scaling", choices=SCALINGS, required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        document: Mapping[str, Any] | None = None,
        origins: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
        options_url: str = "",
    ) -> None:
        self.base_document = dict(document or {})
        self.base_origins = dict(origins or {})
        self.options_url = options_url
        start = {**_initial(self.base_document, origins or {}), **(initial or {})}
        super().__init__(data, initial=start)
        self._add_figures()
        self._add_choices()

    def _add_figures(self) -> None:
        for figure in FIGURES:
            self.fields[figure.name] = NumberField(
                label=figure.label,
                help_text=figure.help,
                required=figure.is_required,
                is_percent=figure.is_percent,
                placeholder=figure.default,
            )
        for section, label in MODELS.items():
            self.fields[f"{section}__catalog"] = catalog_field(label, self.options_url)
        self.fields["premium_model__catalog"].required = True

    def _add_choices(self) -> None:
        for section in OPTIONAL_SECTIONS:
            self.fields[section.switch_name] = forms.BooleanField(
                label=section.switch, required=False
            )
        self.fields["pool__offer"] = forms.ChoiceField(
            label="GPU offer", choices=offer_choices(), required=False
        )
        self.fields["pool__throughput"] = forms.ChoiceField(
            label="Speed measured for",
            choices=throughput_choices(),
            required=False,
            help_text="Fills the speeds left empty; the catalog says how they follow.",
        )

    def clean(self) -> dict[str, Any]:
        """Forget faults in parts that are switched off, and of a model that has own prices."""
        if self.cleaned_data.get("premium_model__input_usd_per_mtok") is not None:
            self.errors.pop("premium_model__catalog", None)
        for section in OPTIONAL_SECTIONS:
            if not self.cleaned_data.get(section.switch_name):
                for figure in section.figures + section.advanced:
                    self.errors.pop(figure.name, None)
        return self.cleaned_data

    def document(self) -> dict[str, Any]:
        """Section 1's document; what this form does not ask for stays as it was."""
        made = deepcopy(self.base_document)
        off = {section.key for section in OPTIONAL_SECTIONS if not self._is_on(section)}
        for figure in FIGURES:
            if figure.section not in off and figure.section not in MODELS:
                _put(made, figure, self.cleaned_data.get(figure.name))
        for section in MODELS:
            self._put_model(made, section)
        for key in off:
            made.pop(key, None)
        if "pool" not in off:
            self._put_pool(made["pool"])
        made["current_levers"] = self.cleaned_data["current_levers"]
        return made

    def origins(self) -> dict[str, Any]:
        """Where the pool's figures were taken from; one that was not touched keeps its origin."""
        if not self._is_on(POOL):
            return {}
        found = self._origins_kept()
        offer, profile = self._offer(), self._profile()
        if offer and self.cleaned_data.get("pool__usd_per_instance_hour") is None:
            found["pool.usd_per_instance_hour"] = offer_origin(offer)
        speeds = ("prefill_tokens_per_second", "decode_tokens_per_second")
        if profile:
            for key in speeds:
                if self.cleaned_data.get(f"pool__{key}") is None:
                    found[f"pool.{key}"] = profile_origin(profile)
        return found

    def _origins_kept(self) -> dict[str, Any]:
        typed = {figure.path: self.cleaned_data.get(figure.name) for figure in FIGURES}
        pool = self.base_document.get("pool") or {}
        return {
            path: origin
            for path, origin in self.base_origins.items()
            if typed.get(path) is not None and typed[path] == pool.get(path.rpartition(".")[2])
        }

    def add_document_errors(self, fields: Mapping[str, list[str]]) -> None:
        """Show the faults that the engine found at the fields they belong to."""
        for path, reasons in fields.items():
            name = self._field_of(path)
            for reason in reasons:
                text = self._reason(name, reason) if name else f"{path}: {reason}"
                self.add_error(name, text)

    def _reason(self, name: str, reason: str) -> str:
        field = self.fields[name]
        if isinstance(field, NumberField) and field.is_percent and reason.startswith("must be"):
            return "Write a percentage above 0, up to 100."
        return plain_reason(reason)

    def at(self, version: int) -> "ScenarioForm":
        """The same form with all that was typed, ready to be sent again over `version`."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["version"] = str(version)
        return ScenarioForm(data, document=self.base_document, options_url=self.options_url)

    def sections(self) -> Iterator[dict[str, Any]]:
        """What the template draws, part by part."""
        for section in self.template_sections:
            switch = self[section.switch_name] if section.switch else None
            extra = ("pool__scaling",) if section is POOL else ()
            yield {
                "key": section.key,
                "title": section.title,
                "intro": section.intro,
                "switch": switch,
                "fields": self._bound(section.figures),
                "advanced": [*self._bound(section.advanced), *((self[name], "") for name in extra)],
                "has_advanced_errors": any(self.errors.get(f.name) for f in section.advanced),
            }

    def references(self) -> dict[str, str]:
        """What stands in the two catalog fields, typed or stored."""
        return {key: str(self[f"{key}__catalog"].value() or "")[:200] for key in MODELS}

    def models(self) -> Iterator[dict[str, Any]]:
        """The two models, each from the catalog or with prices of its own."""
        for section, label in MODELS.items():
            figures = model_figures(section)
            yield {
                "key": section,
                "title": label,
                "catalog": self[f"{section}__catalog"],
                "prices": self._bound(figures),
                "is_own": any(self[figure.name].value() for figure in figures),
            }

    def horizon(self) -> tuple[BoundField, str]:
        """The break-even's horizon and its unit."""
        return self[HORIZON.name], HORIZON.unit

    def _bound(self, figures: tuple[Figure, ...]) -> list[tuple[BoundField, str]]:
        return [(self[figure.name], figure.unit) for figure in figures]

    def _is_on(self, section: Section) -> bool:
        return bool(self.cleaned_data.get(section.switch_name))

    def _offer(self) -> catalog.GpuOffer | None:
        return catalog.find_offer(self.cleaned_data.get("pool__offer") or "")

    def _profile(self) -> catalog.ThroughputProfile | None:
        key = self.cleaned_data.get("pool__throughput")
        return next((known for known in catalog.throughput_profiles() if known.key == key), None)

    def _put_model(self, made: dict[str, Any], section: str) -> None:
        figures = model_figures(section)
        prices = {figure.key: self.cleaned_data.get(figure.name) for figure in figures}
        typed = {key: value for key, value in prices.items() if value is not None}
        reference = self.cleaned_data.get(f"{section}__catalog")
        tiers = (self.base_document.get(section) or {}).get("tiers")
        made.pop(section, None)
        if reference:
            made[section] = {
                "catalog": catalog.canonical_reference(reference) or reference,
                **typed,
            }
        elif typed:
            made[section] = {**typed, **({"tiers": tiers} if tiers else {})}

    def _put_pool(self, pool: dict[str, Any]) -> None:
        pool["scaling"] = self.cleaned_data.get("pool__scaling") or "always_on"
        offer, profile = self._offer(), self._profile()
        if offer and "usd_per_instance_hour" not in pool:
            pool["usd_per_instance_hour"] = float(offer.usd_per_instance_hour)
        for key in ("prefill_tokens_per_second", "decode_tokens_per_second"):
            if profile and key not in pool:
                pool[key] = float(getattr(profile, key))

    def _field_of(self, path: str) -> str | None:
        name = path.replace(".", "__")
        if name in self.fields:
            return name
        return FIELD_OF_SECTION.get(path)


def _put(document: dict[str, Any], figure: Figure, value: Any) -> None:
    holder = document.setdefault(figure.section, {}) if figure.section else document
    if value is None:
        holder.pop(figure.key, None)
    else:
        holder[figure.key] = value


def _initial(document: Mapping[str, Any], origins: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of a document; a figure taken from an offer stays the offer's."""
    start: dict[str, Any] = {"current_levers": document.get("current_levers", [])}
    for figure in FIGURES:
        holder = document.get(figure.section) if figure.section else document
        value = holder.get(figure.key) if isinstance(holder, Mapping) else None
        if not is_own_choice(figure.path, origins.get(figure.path, {})):
            start[figure.name] = shown(value, is_percent=figure.is_percent)
    for section in MODELS:
        start[f"{section}__catalog"] = (document.get(section) or {}).get("catalog", "")
    for part in OPTIONAL_SECTIONS:
        start[part.switch_name] = document.get(part.key) is not None
    start["pool__scaling"] = (document.get("pool") or {}).get("scaling", "always_on")
    start["pool__offer"] = origins.get("pool.usd_per_instance_hour", {}).get("key", "")
    start["pool__throughput"] = origins.get("pool.decode_tokens_per_second", {}).get("key", "")
    return start
