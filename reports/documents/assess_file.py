"""Reads the document of an assess file into plain values; must not import Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assessments.framework import Framework, load_framework
from assessments.scoring import AnswerState, AnswerValue, CheckValue, Confidence, answer_errors
from costing.catalog.resolve import resolve_catalog
from costing.engine import InvalidScenario, Scenario, parse_scenario

KEYS = ("organization", "client", "title", "as_of", "triggers", "levels", "checks", "scenario")
AXES = ("state", "value", "level", "confidence", "reason", "comment")
MAX_TITLE_LENGTH = 160
MAX_COMMENT_LENGTH = 4000
STAND_IN_PRICES = {"input_usd_per_mtok": 1.0, "output_usd_per_mtok": 1.0}
BOOLEANS = {True: "yes", False: "no"}

Errors = dict[str, list[str]]


class InvalidAssessFile(ValueError):
    """An assess file with errors; `fields` names each path with its reasons."""

    def __init__(self, fields: Errors) -> None:
        super().__init__("\n".join(f"{path}: {' '.join(why)}" for path, why in fields.items()))
        self.fields = fields


@dataclass(frozen=True)
class AssessFile:
    """A valid assess file.

    `scenario_document` is the scenario with its catalog prices filled in, `stated_scenario` as it
    was written. Scores of the same file stand above a `maturity` that the scenario states.
    """

    organization: str
    client: str
    title: str
    as_of: date
    triggers: tuple[str, ...]
    answers: Mapping[str, AnswerValue]
    stated_scenario: Mapping[str, Any]
    scenario_document: Mapping[str, Any]
    scenario: Scenario


def parse_assess_file(document: object, framework: Framework | None = None) -> AssessFile:
    """The values of an assess file. Raises InvalidAssessFile with every field at fault."""
    framework = framework or load_framework()
    if not isinstance(document, Mapping):
        raise InvalidAssessFile({"": ["Give a mapping with the keys " + ", ".join(KEYS) + "."]})
    errors = _unknown_keys(document, KEYS, "")
    texts = {key: _text(document, key, errors) for key in ("organization", "client", "title")}
    as_of = _as_of(document.get("as_of"), errors)
    triggers = _triggers(framework, document.get("triggers"), errors)
    answers = _answers(framework, document, errors)
    stated = document.get("scenario")
    resolved, scenario = _scenario(stated, as_of, framework, errors)
    if errors or as_of is None or scenario is None or not isinstance(stated, Mapping):
        raise InvalidAssessFile(errors)
    return AssessFile(
        **texts,
        as_of=as_of,
        triggers=triggers,
        answers=answers,
        stated_scenario=dict(stated),
        scenario_document=resolved,
        scenario=scenario,
    )


def _unknown_keys(document: Mapping[Any, Any], known: tuple[str, ...], prefix: str) -> Errors:
    return {
        f"{prefix}{_name(key)}": [f"Unknown key; known are {', '.join(known)}."]
        for key in document
        if key not in known
    }


def _name(key: object) -> str:
    """A key as text; Python refuses to spell out numbers of thousands of digits."""
    if isinstance(key, int) and key.bit_length() > 200:
        return "(huge number)"
    return str(key)[:60].replace("\0", "�")


def _text(document: Mapping[Any, Any], key: str, errors: Errors) -> str:
    value = document.get(key)
    error = _text_error(value, MAX_TITLE_LENGTH)
    if not error and not str(value).strip():
        error = "Must not be empty."
    if error:
        errors[key] = ["This field is required."] if value is None else [error]
        return ""
    return str(value).strip()


def _text_error(value: object, max_length: int) -> str:
    if not isinstance(value, str):
        return "Give a text."
    if "\0" in value:
        return "Must not contain NUL bytes."
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        return "Must be valid Unicode."
    return f"At most {max_length} characters." if len(value) > max_length else ""


def _as_of(value: object, errors: Errors) -> date | None:
    if isinstance(value, datetime):
        value = None if value.time() != datetime.min.time() else value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        errors["as_of"] = ["Give a date as YYYY-MM-DD."]
        return None


def _triggers(framework: Framework, value: object, errors: Errors) -> tuple[str, ...]:
    known = [trigger.key for trigger in framework.triggers]
    if value is None:
        return ()
    if not isinstance(value, list):
        errors["triggers"] = [f"Give a list of {', '.join(known)}."]
        return ()
    for position, key in enumerate(value):
        if key not in known:
            errors[f"triggers.{position}"] = [f"Choose from {', '.join(known)}."]
        elif key in value[:position]:
            errors[f"triggers.{position}"] = ["Named twice."]
    return tuple(key for key in known if key in value)


def _answers(
    framework: Framework, document: Mapping[Any, Any], errors: Errors
) -> dict[str, AnswerValue]:
    asked = {
        "levels": tuple(dimension.key for dimension in framework.dimensions),
        "checks": tuple(check.key for check in framework.checks),
    }
    answers: dict[str, AnswerValue] = {}
    for section, keys in asked.items():
        given = document.get(section)
        if given is None:
            continue
        if not isinstance(given, Mapping):
            errors[section] = [f"Give a mapping with the keys {', '.join(keys)}."]
            continue
        errors.update(_unknown_keys(given, keys, f"{section}."))
        for key in keys:
            if key in given:
                answers |= _answer(framework, section, key, given[key], errors)
    return answers


def _answer(
    framework: Framework, section: str, key: str, given: object, errors: Errors
) -> dict[str, AnswerValue]:
    path = f"{section}.{key}"
    axes = _axes(section, given)
    found = _unknown_keys(axes, AXES, f"{path}.") | _axis_errors(path, axes)
    if found:
        errors.update(found)
        return {}
    answer = AnswerValue(
        state=AnswerState(axes["state"]),
        value=None if axes.get("value") is None else CheckValue(axes["value"]),
        level=axes.get("level"),
        confidence=None if axes.get("confidence") is None else Confidence(axes["confidence"]),
        reason=axes.get("reason"),
        comment=axes.get("comment") or "",
    )
    wrong = answer_errors(framework, {key: answer})
    errors.update({f"{section}.{place}": why for place, why in wrong.items()})
    return {} if wrong else {key: answer}


def _axes(section: str, given: object) -> dict[Any, Any]:
    """An answer in its long form: a bare level, value or state says the rest by itself."""
    axis = "level" if section == "levels" else "value"
    if isinstance(given, Mapping):
        axes = dict(given)
    elif isinstance(given, str) and given in list(AnswerState):
        axes = {"state": given}
    else:
        axes = {axis: given}
    if isinstance(axes.get("value"), bool):
        axes["value"] = BOOLEANS[axes["value"]]
    if "state" not in axes:
        axes["state"] = AnswerState.ANSWERED.value
    return axes


def _axis_errors(path: str, axes: Mapping[Any, Any]) -> Errors:
    choices = {"state": AnswerState, "value": CheckValue, "confidence": Confidence}
    errors: Errors = {}
    for axis, options in choices.items():
        given = axes.get(axis)
        is_missing = given is None and axis != "state"
        if not is_missing and not (isinstance(given, str) and given in list(options)):
            errors[_place(path, axis, axes)] = [f"Choose one of {', '.join(options)}."]
    level = axes.get("level")
    if level is not None and (type(level) is not int or not 1 <= level <= 5):
        errors[_place(path, "level", axes)] = ["Choose a level from 1 to 5."]
    for axis, max_length in (("reason", MAX_TITLE_LENGTH), ("comment", MAX_COMMENT_LENGTH)):
        error = "" if axes.get(axis) is None else _text_error(axes[axis], max_length)
        if error:
            errors[f"{path}.{axis}"] = [error]
    return errors


def _place(path: str, axis: str, axes: Mapping[Any, Any]) -> str:
    """The path of an axis; that of the question where the answer was given in short form."""
    is_short = set(axes) == {"state", axis} and axes["state"] == AnswerState.ANSWERED
    return path if is_short else f"{path}.{axis}"


def _scenario(
    given: object, as_of: date | None, framework: Framework, errors: Errors
) -> tuple[dict[str, Any], Scenario | None]:
    if not isinstance(given, Mapping):
        errors["scenario"] = [
            "This section is required." if given is None else "Give a mapping of sections."
        ]
        return {}, None
    resolved: dict[str, Any] = {_name(key): value for key, value in given.items()}
    if as_of is None:
        resolved = _with_stand_ins(resolved)
    else:
        try:
            resolved = resolve_catalog(resolved, as_of)
        except InvalidScenario as error:
            _add(errors, error.fields)
            resolved = _with_stand_ins(resolved)
    try:
        return resolved, parse_scenario(resolved, dimensions=framework.dimension_keys)
    except InvalidScenario as error:
        _add(errors, error.fields)
        return resolved, None


def _with_stand_ins(document: dict[str, Any]) -> dict[str, Any]:
    """The scenario with any price where the catalog gave none, to find the other errors."""
    models = {
        key: dict(STAND_IN_PRICES)
        for key in ("premium_model", "small_model")
        if isinstance(document.get(key), Mapping) and "catalog" in document[key]
    }
    return document | models


def _add(errors: Errors, fields: Mapping[str, list[str]]) -> None:
    for path, reasons in fields.items():
        place = f"scenario.{path}" if path else "scenario"
        known = errors.setdefault(place, [])
        known += [reason for reason in reasons if reason not in known]
