"""The scenario form: one calm page of figures, and the document that they make."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django import forms
from django.http import QueryDict

from costing.catalog.forms import (
    SCALINGS,
    catalog_field,
    offer_choices,
    throughput_choices,
)
from costing.catalog.offers import GpuOffer, find_offer
from costing.catalog.pools import origin_of
from costing.catalog.source import canonical_reference
from costing.catalog.throughput import ThroughputProfile, throughput_profiles
from costing.engine.inputs import InputField, InputSection, figures, input_named, sections
from costing.scenarios.content.profiles import WEEK_SHAPES
from costing.scenarios.content.titles import LEVER_TITLES
from costing.scenarios.forms.drawn import MODELS, OPTIONAL_SECTIONS, POOL, DrawnForm
from costing.scenarios.forms.initial import initial_of
from costing.scenarios.forms.reasons import plain_reason
from costing.scenarios.forms.rows import PairRows, RangeRows, range_choices
from costing.scenarios.forms.texts import ProfileField, TierField
from presentation.number_field import NumberField, shown

TODAY, SCALING, TIERS = map(input_named, ("current_levers", "pool.scaling", "premium_model.tiers"))
# A fault of a whole section is shown at the field where a person would mend it.
FIELD_OF_SECTION = {
    "premium_model": "premium_model__catalog",
    "small_model": "small_model__catalog",
    **{section.key: section.switch_name for section in OPTIONAL_SECTIONS},
}


class ScenarioForm(DrawnForm):
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
    pool__scaling = forms.ChoiceField(label=SCALING.label, choices=SCALINGS, required=False)

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
        start = {**initial_of(self.base_document, origins or {}), **(initial or {})}
        super().__init__(data, initial=start)
        self._add_figures()
        self._add_choices()
        self._add_texts()
        self.range_choices = range_choices(self.base_document)
        self.ranges = RangeRows(self, len(self.base_document.get("ranges") or {}), data)
        self.pairs = PairRows(self, len(self.base_document.get("pairs") or []), data)

    def _add_figures(self) -> None:
        for figure in figures():
            self.fields[figure.name] = NumberField(
                label=figure.label,
                help_text=figure.help,
                required=figure.is_required and figure.section not in (*MODELS, POOL.key),
                is_percent=figure.is_percent,
                placeholder=_placeholder(figure),
            )
        for section, label in MODELS.items():
            self.fields[f"{section}__catalog"] = catalog_field(label, self.options_url)
        self.fields["premium_model__catalog"].required = True

    def _add_choices(self) -> None:
        for section in OPTIONAL_SECTIONS:
            self.fields[section.switch_name] = forms.BooleanField(
                label=section.group.switch, required=False
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

    def _add_texts(self) -> None:
        self.fields["workload__shape"] = forms.ChoiceField(
            label="Typical week",
            choices=[
                ("", "As the active hours and days say"),
                *((shape.key, shape.title) for shape in WEEK_SHAPES),
            ],
            required=False,
        )
        self.fields["workload__hourly_profile"] = ProfileField(
            label="Or your own week",
            help_text=(
                "168 numbers, Monday 00:00 first: calls or shares of each hour. They go before"
                " anything chosen above."
            ),
        )
        for section, label in MODELS.items():
            self.fields[f"{section}__tiers"] = TierField(
                label=TIERS.label,
                help_text=(
                    f"{label}, dearer above a length of input. A line each: tokens, then input,"
                    " output, cached input and cache write in USD per Mtok, with - for no own"
                    " price. Example: 200,000 6 22.50 0.60 7.50"
                ),
            )

    def clean(self) -> dict[str, Any]:
        """Forget faults in parts that are switched off, and of a model that has own prices."""
        self.ranges.clean()
        if self.cleaned_data.get("premium_model__input_usd_per_mtok") is not None:
            self.errors.pop("premium_model__catalog", None)
        for section in OPTIONAL_SECTIONS:
            if not self.cleaned_data.get(section.switch_name):
                for figure in section.figures:
                    self.errors.pop(figure.name, None)
        return self.cleaned_data

    def is_priceable(self) -> bool:
        """Whether all figures can be read; what names and versions the scenario is no matter."""
        return not set(self.errors) - {"title", "version"}

    def document(self) -> dict[str, Any]:
        """Section 1's document; what this form does not ask for stays as it was."""
        made = deepcopy(self.base_document)
        off = {section.key for section in OPTIONAL_SECTIONS if not self._is_on(section)}
        for figure in figures():
            if figure.section not in off and figure.section not in MODELS:
                _put(made, figure, self.cleaned_data.get(figure.name))
        for section in MODELS:
            self._put_model(made, section)
        for key in off:
            made.pop(key, None)
        self._put_week(made["workload"])
        if "pool" not in off:
            self._put_pool(made["pool"])
        made["current_levers"] = self.cleaned_data["current_levers"]
        ranges = self.ranges.document()
        kept = {path: ends for path, ends in ranges.items() if path.partition(".")[0] not in off}
        _put_or_drop(made, "ranges", kept)
        _put_or_drop(made, "pairs", self.pairs.document())
        return made

    def _put_week(self, workload: dict[str, Any]) -> None:
        key = self.cleaned_data.get("workload__shape")
        shape = next((known for known in WEEK_SHAPES if known.key == key), None)
        pasted = self.cleaned_data.get("workload__hourly_profile")
        _put_or_drop(workload, "hourly_profile", pasted or (list(shape.weights) if shape else None))

    def origins(self) -> dict[str, Any]:
        """Where figures were taken from; one that was not touched keeps its origin."""
        found = self._origins_kept()
        if not self._is_on(POOL):
            return {path: each for path, each in found.items() if not path.startswith("pool.")}
        offer, profile = self._offer(), self._profile()
        if offer and self.cleaned_data.get("pool__usd_per_instance_hour") is None:
            found["pool.usd_per_instance_hour"] = origin_of(offer)
        speeds = ("prefill_tokens_per_second", "decode_tokens_per_second")
        if profile:
            for key in speeds:
                if self.cleaned_data.get(f"pool__{key}") is None:
                    found[f"pool.{key}"] = origin_of(profile)
        return found

    def _origins_kept(self) -> dict[str, Any]:
        typed = {figure.path: self.cleaned_data.get(figure.name) for figure in figures()}
        return {
            path: origin
            for path, origin in self.base_origins.items()
            # What the form does not ask for, such as a profile of the week, stays as it was.
            if path not in typed
            or (typed[path] is not None and typed[path] == self._stands_at(path))
        }

    def _stands_at(self, path: str) -> Any:
        section, _, key = path.partition(".")
        return (self.base_document.get(section) or {}).get(key)

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

    def _is_on(self, section: InputSection) -> bool:
        return bool(self.cleaned_data.get(section.switch_name))

    def _offer(self) -> GpuOffer | None:
        return find_offer(self.cleaned_data.get("pool__offer") or "")

    def _profile(self) -> ThroughputProfile | None:
        key = self.cleaned_data.get("pool__throughput")
        return next((known for known in throughput_profiles() if known.key == key), None)

    def _put_model(self, made: dict[str, Any], section: str) -> None:
        prices = {
            figure.key: self.cleaned_data.get(figure.name) for figure in sections()[section].figures
        }
        typed = {key: value for key, value in prices.items() if value is not None}
        reference = self.cleaned_data.get(f"{section}__catalog")
        tiers = self.cleaned_data.get(f"{section}__tiers")
        made.pop(section, None)
        if reference:
            made[section] = {
                "catalog": canonical_reference(reference) or reference,
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
        section, _, rest = path.partition(".")
        if rest.startswith("tiers"):
            return f"{section}__tiers"
        rows = {"ranges": self.ranges, "pairs": self.pairs}.get(section)
        return rows.field_of(path) if rows else FIELD_OF_SECTION.get(path)


def _placeholder(figure: InputField) -> str:
    """What an empty field stands for, where that is a number."""
    text = shown(figure.default, is_percent=figure.is_percent)
    return text or (figure.info.empty if figure.info.empty.isdecimal() else "")


def _put(document: dict[str, Any], figure: InputField, value: Any) -> None:
    holder = document.setdefault(figure.section, {}) if figure.section else document
    if value is None:
        holder.pop(figure.key, None)
    else:
        holder[figure.key] = value


def _put_or_drop(holder: dict[str, Any], key: str, value: Any) -> None:
    if value:
        holder[key] = value
    else:
        holder.pop(key, None)
