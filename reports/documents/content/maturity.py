"""What the scores say in words: band, contradictions, flags and states of answers."""

from collections.abc import Mapping
from typing import Any

from presentation.numbers import level, ratio_percent
from reports.documents.content.wording import FLAGS, counted, fit, series, title_of

JsonMapping = Mapping[str, Any]


def scored(payload: JsonMapping, dimension: str) -> JsonMapping:
    """The score object of a dimension; an empty one where there is none."""
    found: JsonMapping = payload["scores"]["dimensions"].get(dimension) or {}
    return found


def claimed_level(payload: JsonMapping, dimension: str) -> int | None:
    """The level that the client chose, if any."""
    claimed = scored(payload, dimension).get("claimed")
    return None if claimed is None else int(claimed)


def answer_states(payload: JsonMapping) -> dict[str, str]:
    """For every check: yes, partial, no, unknown, not_applicable or unanswered."""
    states = {check["key"]: "unanswered" for check in payload["framework"]["checks"]}
    for answer in payload["answers"]:
        if answer["kind"] == "check" and answer["key"] in states:
            states[answer["key"]] = (
                answer["value"] if answer["state"] == "answered" else answer["state"]
            )
    return states


def contradictions(payload: JsonMapping) -> list[str]:
    """One sentence per claim that the checks or the measured usage contradict."""
    return [
        f"{fit(dimension['title'], 40)}: {fit(found['text'], 130)}"
        for dimension in payload["framework"]["dimensions"]
        for found in scored(payload, dimension["key"]).get("contradictions", [])
    ]


def target(payload: JsonMapping, dimension: str) -> JsonMapping:
    """The target of a dimension with its reason; an empty one where none is known."""
    found: JsonMapping = (payload["targets"] or {}).get(dimension) or {}
    return found


def target_words(payload: JsonMapping, dimension: str) -> str:
    """The level to aim at: `target 3`, `target 1–2`, `target 4, chosen`; nothing while open."""
    found = target(payload, dimension)
    if found.get("low") is None:
        return ""
    low, high = found["low"], found["high"]
    span = f"{low}" if low == high else f"{low}–{high}"
    return f"target {span}{', chosen' if found.get('source') == 'override' else ''}"


def dimension_note(payload: JsonMapping, dimension: str) -> str:
    """The flags of a dimension in words."""
    words = []
    for flag in scored(payload, dimension).get("flags", []):
        words.append(title_of(FLAGS, str(flag)))
    return ", ".join(dict.fromkeys(words))


def band_sentence(payload: JsonMapping) -> str:
    """The overall score as one sentence."""
    scores = payload["scores"]
    if scores.get("overall") is None:
        return "Nothing has been answered yet, so there is no score. Unanswered is not level 1."
    low, high = scores.get("low"), scores.get("high")
    span = ""
    if low is not None and high is not None and level(low) != level(high):
        span = f" What is not known yet could move it between {level(low)} and {level(high)}."
    return f"Overall {level(scores['overall'])} of 5, {fit(scores['band'], 20)}.{span}"


def completeness_sentence(payload: JsonMapping) -> str:
    """How much of the questionnaire the score rests on."""
    states = [answer["state"] for answer in payload["answers"]]
    total, missing = len(states), states.count("unanswered")
    words = [f"{total - missing} of {counted(total, 'question')} answered"]
    if states.count("unknown"):
        words.append(f"{states.count('unknown')} of them with “I don’t know”")
    guessed = sum(1 for answer in payload["answers"] if answer.get("confidence") == "guessed")
    if guessed:
        words.append(f"{guessed} guessed")
    return (
        f"{', '.join(words)}; completeness {ratio_percent(payload['scores'].get('completeness'))}."
    )


def extremes(payload: JsonMapping) -> tuple[list[str], list[str]]:
    """The weakest and the strongest dimensions; empty where all are alike or unscored."""
    known = {
        item["title"]: scored(payload, item["key"])["score"]
        for item in payload["framework"]["dimensions"]
        if scored(payload, item["key"]).get("score") is not None
    }
    if len(known) < 2 or min(known.values()) == max(known.values()):
        return [], []
    weakest = [title for title, score in known.items() if score == min(known.values())]
    strongest = [title for title, score in known.items() if score == max(known.values())]
    return weakest, strongest


def standing_sentence(payload: JsonMapping) -> str:
    """Where the client is strongest and where weakest."""
    weakest, strongest = extremes(payload)
    if not weakest:
        return ""
    return f"Strongest in {series(strongest[:2])}; weakest in {series(weakest[:2])}."


def no_contradictions(payload: JsonMapping) -> str:
    """What to say where no contradiction was found."""
    if any(
        score.get("evidenced") is not None for score in payload["scores"]["dimensions"].values()
    ):
        return "Nowhere: what is claimed agrees with what the checks show."
    return "Not known: no check has been answered that a claim could be held against."


def own_weights_sentence(payload: JsonMapping) -> str:
    """The overall score by the client's own weights, kept beside the version's."""
    own = payload["scores"].get("own")
    if not own or own.get("overall") is None:
        return ""
    return f"By the client’s own weights: {level(own['overall'])}, {fit(own['band'], 20)}."
