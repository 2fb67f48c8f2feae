"""The document of an assess file as typed models; must not import Django."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    create_model,
    field_validator,
    model_validator,
)

from assessments.framework import LEVELS, Framework, load_framework
from assessments.scoring import AnswerState, AnswerValue, CheckValue, Confidence, answer_errors
from costing.catalog.resolve import resolve_catalog
from costing.engine import InvalidScenario, parse_scenario
from costing.engine.inputs import MODEL_SECTIONS
from costing.engine.inputs.errors import reasons_of
from costing.engine.inputs.readers import invalid_at, read_day
from organizations.exceptions import FieldErrors

MAX_TITLE_LENGTH = 160
MAX_COMMENT_LENGTH = 4000
STAND_IN_PRICES = {"input_usd_per_mtok": 1.0, "output_usd_per_mtok": 1.0}


class InvalidAssessFile(ValueError):
    """An assess file with errors; `fields` names each path with its reasons."""

    def __init__(self, fields: FieldErrors) -> None:
        super().__init__("\n".join(f"{path}: {' '.join(why)}" for path, why in fields.items()))
        self.fields = fields


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("Must not contain NUL bytes.")
    return text


def _yes_or_no(value: object) -> object:
    """YAML reads a bare yes as true."""
    return ("no", "yes")[value] if isinstance(value, bool) else value


Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TITLE_LENGTH),
    AfterValidator(_without_nul),
]
Comment = Annotated[
    str, StringConstraints(max_length=MAX_COMMENT_LENGTH), AfterValidator(_without_nul)
]


class _Part(BaseModel):
    """A part of the file: frozen, without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Answer(_Part):
    """An answer to a check; a bare value or state says the rest by itself."""

    short_axis: ClassVar[str] = "value"

    state: AnswerState = AnswerState.ANSWERED
    value: Annotated[CheckValue | None, BeforeValidator(_yes_or_no)] = None
    level: Annotated[int, Field(strict=True, ge=LEVELS[0], le=LEVELS[-1])] | None = None
    confidence: Confidence | None = None
    reason: str | None = None
    comment: Comment | None = None

    @property
    def content(self) -> AnswerValue:
        """The answer as scores read it."""
        return AnswerValue(**dict(self) | {"comment": self.comment or ""})

    @model_validator(mode="before")
    @classmethod
    def _in_full(cls, given: object) -> object:
        if isinstance(given, Mapping):
            return given
        return {"state" if given in list(AnswerState) else cls.short_axis: given}


class Level(Answer):
    """The level of a dimension; a bare level or state says the rest by itself."""

    short_axis: ClassVar[str] = "level"


class _Section(_Part):
    """Answers by the key of their question, a field each."""

    @field_validator("*")
    @classmethod
    def _answer(cls, answer: Answer, info: ValidationInfo) -> Answer:
        key, framework = str(info.field_name), _framework(info)
        errors = answer_errors(framework, {key: answer.content})
        if errors:
            raise invalid_at({path.removeprefix(f"{key}."): why[0] for path, why in errors.items()})
        return answer


class AssessFile(_Part):
    """A valid assess file; `scenario` is as it was written.

    Scores of the same file stand above a `maturity` that the scenario states.
    """

    organization: Title
    client: Title
    title: Title
    as_of: Annotated[date, BeforeValidator(read_day)]
    triggers: Annotated[tuple[str, ...], BeforeValidator(lambda keys: keys or ())] = ()
    levels: _Section | None = None
    checks: _Section | None = None
    scenario: dict[str, Any]

    @property
    def answers(self) -> dict[str, AnswerValue]:
        """The answers by the key of their question."""
        sections = [section for section in (self.levels, self.checks) if section]
        return {key: answer.content for each in sections for key, answer in each if answer}

    @cached_property
    def scenario_document(self) -> dict[str, Any]:
        """The scenario with its catalog prices filled in."""
        return resolve_catalog(self.scenario, self.as_of)

    @field_validator("triggers")
    @classmethod
    def _known_once(cls, given: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        known = [trigger.key for trigger in _framework(info).triggers]
        errors = {
            str(place): "Named twice." if key in known else f"Choose from {', '.join(known)}."
            for place, key in enumerate(given)
            if key not in known or key in given[:place]
        }
        if errors:
            raise invalid_at(errors)
        return tuple(key for key in known if key in given)

    @field_validator("scenario")
    @classmethod
    def _sound(cls, scenario: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Name every error, also of what stands beside a price that the catalog has not."""
        errors: dict[str, list[str]] = {}
        as_of, keys = info.data.get("as_of"), _framework(info).dimension_keys
        stood_in = {
            key: STAND_IN_PRICES
            for key in MODEL_SECTIONS
            if isinstance(scenario.get(key), Mapping) and "catalog" in scenario[key]
        }
        try:
            resolved = resolve_catalog(scenario, as_of) if as_of else scenario | stood_in
        except InvalidScenario as error:
            errors |= error.fields
            resolved = scenario | stood_in
        try:
            parse_scenario(resolved, dimensions=keys, today=as_of)
        except InvalidScenario as error:
            errors |= error.fields
        if errors:
            raise invalid_at({path: " ".join(why) for path, why in errors.items()})
        return scenario


def _framework(info: ValidationInfo) -> Framework:
    assert isinstance(info.context, Framework)
    return info.context


def parse_assess_file(document: object, framework: Framework | None = None) -> AssessFile:
    """The values of an assess file. Raises InvalidAssessFile with every field at fault."""
    framework = framework or load_framework()
    named = _with_named_keys(document)
    levels: Any = dict.fromkeys(framework.dimension_keys, (Level, None))
    checks: Any = {check.key: (Answer, None) for check in framework.checks}
    sections: Any = {
        "levels": (create_model("Levels", __base__=_Section, **levels) | None, None),
        "checks": (create_model("Checks", __base__=_Section, **checks) | None, None),
    }
    try:
        model = create_model("AssessFile", __base__=AssessFile, **sections)
        return model.model_validate(named, context=framework)
    except ValidationError as error:
        raise InvalidAssessFile(_by_path(error, named)) from None


def _with_named_keys(document: object) -> object:
    """The document with texts as keys; Python refuses to spell out very long numbers."""
    if not isinstance(document, Mapping):
        return document
    return {
        "(huge number)"
        if isinstance(key, int) and key.bit_length() > 200
        else str(key)[:60].replace("\0", "�"): _with_named_keys(value)
        for key, value in document.items()
    }


def _by_path(error: ValidationError, document: Any) -> dict[str, list[str]]:
    """The reasons by path; that of the question where its answer was given in short form."""
    fields: dict[str, list[str]] = {}
    for each in error.errors(include_url=False, include_input=False):
        place = each["loc"]
        if len(place) > 2 and not isinstance(document[place[0]][place[1]], Mapping):
            place = place[:2]
        reasons = fields.setdefault(".".join(map(str, place)), [])
        reasons += [reason.removeprefix("Value error, ") for reason in reasons_of(each)]
    return fields
