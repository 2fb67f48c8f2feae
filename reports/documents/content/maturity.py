"""What the scores say in words: band, contradictions, flags, and what levers require."""

from assessments.scoring import DimensionScore, OverallScore
from presentation.numbers import level, ratio_percent
from presentation.wording import counted, fit, series
from reports.documents.content.wording import decimal
from reports.snapshots.payload import Payload


def contradictions(payload: Payload) -> list[str]:
    """One sentence per claim that the checks or the measured usage contradict."""
    return [
        f"{fit(dimension.title, 40)}: {fit(contradiction.text, 130)}"
        for dimension in payload.framework.dimensions
        for contradiction in payload.score(dimension.key).contradictions
    ]


def score_range(
    score: DimensionScore | OverallScore, joint: str = "–", *, alike: str | None = None
) -> str:
    """The ends of a score's range, `2.1–2.4`; `alike`, or the level, where both show the same."""
    if score.low is None or score.high is None:
        return ""
    low, high = level(score.low), level(score.high)
    if low == high:
        return low if alike is None else alike
    return f"{low}{joint}{high}"


def band_sentence(payload: Payload) -> str:
    scores = payload.scores
    if payload.provisional:
        return f"Provisional: no overall score yet. {payload.provisional}."
    if not _applicable(payload):
        return "No question applies here, so there is no score."
    if scores.overall is None:
        return "Nothing has been answered yet, so there is no score. Unanswered is not level 1."
    low, high = level(scores.low), level(scores.high)
    span = f" What is not known yet could move it between {low} and {high}." if low != high else ""
    return f"Overall {level(scores.overall)} of 5, {fit(scores.band, 20)}.{span}"


def answered_sentence(payload: Payload) -> str:
    total = len(payload.answers)
    unanswered = sum(answer.state == "unanswered" for answer in payload.answers)
    if not _applicable(payload):
        return f"None of {counted(total, 'question')} applies"
    return f"{total - unanswered} of {counted(total, 'question')} answered"


def _applicable(payload: Payload) -> int:
    return sum(answer.state != "not_applicable" for answer in payload.answers)


def unknown_count(payload: Payload) -> int:
    return sum(answer.state == "unknown" for answer in payload.answers)


def guessed_count(payload: Payload) -> int:
    return sum(answer.confidence == "guessed" for answer in payload.answers)


def completeness_sentence(payload: Payload) -> str:
    """How much of the questionnaire the score rests on."""
    if not _applicable(payload):
        return f"{answered_sentence(payload)}."
    words = [answered_sentence(payload)]
    if unknown := unknown_count(payload):
        words.append(f"{unknown} of them with “I don’t know”")
    if guessed := guessed_count(payload):
        words.append(f"{guessed} guessed")
    return f"{', '.join(words)}; completeness {ratio_percent(payload.scores.completeness)}."


def standing_sentence(payload: Payload) -> str:
    """Where the client is strongest and where weakest; empty where all are alike or unscored."""
    scores = {
        item.title: score
        for item in payload.framework.dimensions
        if (score := payload.score(item.key).score) is not None
    }
    if len(set(scores.values())) < 2:
        return ""
    weakest = [title for title, score in scores.items() if score == min(scores.values())]
    strongest = [title for title, score in scores.items() if score == max(scores.values())]
    return f"Strongest in {series(strongest[:2])}; weakest in {series(weakest[:2])}."


def no_contradictions(payload: Payload) -> str:
    """The sentence in place of contradictions, where there are none."""
    if not _applicable(payload):
        return "Nowhere: no question applies."
    scores = payload.scores.dimensions.values()
    if any(None not in (score.claimed, score.evidenced) for score in scores):
        return "Nowhere: what is claimed agrees with what the checks show."
    if any(score.evidenced is not None for score in scores):
        return "Not known: no level has been chosen that the checks could be compared with."
    return "Not known: no check has been answered that a claim could be compared with."


def own_weights_sentence(payload: Payload) -> str:
    """The overall score by the client's own weights, kept beside the version's."""
    own = payload.scores.own
    if own is None or own.overall is None:
        return ""
    return f"By the client’s own weights: {level(own.overall)}, {fit(own.band, 20)}."


def lever_requirements(payload: Payload) -> dict[str, tuple[str, ...]]:
    """By lever, what it still requires, each like `Output integrity & evals at 3 (now 1.7)`."""
    titles = {item.key: item.title for item in payload.framework.dimensions}
    words = {}
    for lever in payload.framework.choices:
        required = []
        for dimension, minimum in lever.requires.items():
            score = payload.score(dimension).score
            if score is None or score < decimal(minimum):
                now = "not scored" if score is None else level(score)
                required.append(f"{titles.get(dimension, dimension)} at {minimum} (now {now})")
        if required:
            words[lever.key] = tuple(required)
    return words
