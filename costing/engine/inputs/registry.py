"""Every input with its path, as the models of the scenario declare it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from math import inf
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from costing.engine.inputs.applications import OWN_SECTIONS, Application
from costing.engine.inputs.fields import Group, InputText, Number, Section, Style
from costing.engine.inputs.readers import Choice
from costing.engine.inputs.scenario import Scenario

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class InputField(InputText):
    """One input: where it stands, what it accepts, and what a person needs to know of it.

    The path of a tier's price has `*` in the place of its number. `number` has its bounds; `help`
    also says what an absent value stands for.
    """

    path: str
    group: Group | None
    number: Number | None
    is_whole: bool
    is_required: bool
    default: Any
    choices: tuple[tuple[str, str], ...]

    @property
    def section(self) -> str:
        """The section's key, empty for an input of the whole scenario."""
        return self.path.rpartition(".")[0]

    @property
    def key(self) -> str:
        """The input's key inside its section."""
        return self.path.rpartition(".")[2]

    @property
    def name(self) -> str:
        """The name of the input's field in a form."""
        return self.path.replace(".", "__")

    @property
    def style(self) -> Style:
        return "plain" if self.number is None else self.number.style

    @property
    def low(self) -> float:
        """The least number that the input accepts."""
        return -inf if self.number is None else self.number.low

    @property
    def high(self) -> float:
        """The greatest number that the input accepts."""
        return inf if self.number is None else self.number.high

    @property
    def is_percent(self) -> bool:
        """Whether a person writes the ratio as a percentage."""
        return self.style == "percent"

    @property
    def may_range(self) -> bool:
        """Whether a range may say how low and how high the input turns out."""
        return self.number is not None and self.group is not None and not self.is_measured

    def reason(self, value: object) -> str:
        """Why a number is not accepted; empty where it is."""
        return "" if self.number is None else self.number.reason(value, is_whole=self.is_whole)


@dataclass(frozen=True, slots=True)
class InputSection:
    """A section of a scenario with its numbers, those of tiers apart."""

    key: str
    group: Group
    is_required: bool
    figures: tuple[InputField, ...]

    @property
    def title(self) -> str:
        return self.group.title

    @property
    def plain(self) -> tuple[InputField, ...]:
        """What a first answer needs."""
        return tuple(item for item in self.figures if not item.is_advanced)

    @property
    def advanced(self) -> tuple[InputField, ...]:
        """What sharpens the answer."""
        return tuple(item for item in self.figures if item.is_advanced)

    @property
    def switch_name(self) -> str:
        """The name of the field that takes an optional section into the comparison."""
        return f"with_{self.key}"


@cache
def all_inputs() -> tuple[InputField, ...]:
    """Every input, section by section, in the order of their declaration."""
    return tuple(_inputs_of(Scenario, "", None))


@cache
def figures() -> tuple[InputField, ...]:
    """Every number but those of tiers."""
    return tuple(item for item in all_inputs() if item.number and "*" not in item.path)


@cache
def sections() -> dict[str, InputSection]:
    """The sections of a scenario by key, in order."""
    return {
        key: InputSection(
            key,
            group,
            field.is_required(),
            tuple(item for item in figures() if item.section == key),
        )
        for key, field in Scenario.model_fields.items()
        if (group := _metadata(field, Group)) is not None
    }


def input_at(path: str) -> InputField | None:
    """The input at a path like `pool.min_replicas` or `small_model.tiers.0.input_usd_per_mtok`.

    A section of an application's own, as in `applications.0.routing.simple_ratio`, has the inputs
    of the scenario's.
    """
    parts = path.split(".")
    if parts[0] == "applications" and parts[2:] and parts[2] in OWN_SECTIONS:
        parts = parts[2:] if parts[1].isdecimal() else parts
    if len(parts) == 4:
        parts[2] = "*"
    return _by_path().get(".".join(parts))


def application_input(key: str) -> InputField:
    """What an application says beside its sections: `share`, `levers_allowed`; else KeyError."""
    field = Application.model_fields[key]
    text = _metadata(field, InputText)
    if text is None:
        raise KeyError(key)
    return _input(f"applications.*.{key}", field, text, None)


def input_named(path: str) -> InputField:
    """The input at a path; KeyError where there is none."""
    return _by_path()[path]


@cache
def _by_path() -> dict[str, InputField]:
    return {item.path: item for item in all_inputs()}


def _inputs_of(model: type[Section], prefix: str, group: Group | None) -> Iterator[InputField]:
    for name, field in model.model_fields.items():
        path, section = f"{prefix}{name}", _metadata(field, Group)
        text = _metadata(field, InputText)
        if text is not None:
            yield _input(path, field, text, group)
        for part in _models_in(field.annotation):
            if part is Application:  # its sections are the scenario's
                continue
            below = f"{path}.*." if text is not None else f"{path}."
            yield from _inputs_of(part, below, section or group)


def _input(path: str, field: FieldInfo, text: InputText, group: Group | None) -> InputField:
    choice = _metadata(field, Choice)
    empty = f"Empty: {text.empty}." if text.empty else ""
    help_with_empty = " ".join(filter(None, (text.help, empty)))
    return InputField(
        **{**asdict(text), "help": help_with_empty},
        path=path,
        group=group,
        number=_metadata(field, Number),
        is_whole=int in _parts(field.annotation),
        is_required=field.is_required(),
        default=None if field.is_required() else field.default,
        choices=() if choice is None else tuple(choice.titles.items()),
    )


def _metadata(field: FieldInfo, kind: type[T]) -> T | None:
    """The part of a declaration that is of this kind."""
    return next(
        (item for item in (*field.metadata, *_parts(field.annotation)) if isinstance(item, kind)),
        None,
    )


def _parts(annotation: Any) -> list[Any]:
    """The types of a union with their metadata; a type is its own only part."""
    if get_origin(annotation) is Annotated:
        return [*_parts(annotation.__origin__), *annotation.__metadata__]
    if get_origin(annotation) in (Union, UnionType):
        return [part for choice in get_args(annotation) for part in _parts(choice)]
    return [annotation]


def _models_in(annotation: Any) -> list[type[Section]]:
    """The sections that a field holds, one or a tuple of them."""
    parts = _parts(annotation)
    parts += [part for whole in parts for part in get_args(whole)]
    return [part for part in parts if isinstance(part, type) and issubclass(part, Section)]
