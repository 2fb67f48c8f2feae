"""Sheet Maturity: the checks and levels, scored by formula (framework, Scores)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessments.framework import LEVELS, Band, Check, Coverage, Dimension, Framework, Stage
from assessments.scoring import MeasuredUsage
from reports.documents.workbook import formula as xl
from reports.documents.workbook.formula import Cells, Formula, Operand
from reports.documents.workbook.page import Page, between, cell_text, one_of
from reports.snapshots.payload import Payload

# The name of a measure's cell, its label, and the measure as refutations name it.
MEASURES = (
    ("measured_cache_read", "Measured: input tokens read from a cache", "cache_read_ratio"),
    ("measured_top", "Measured: spend on the dearest model", "top_model_spend_ratio"),
)
FIGURES = ("Foundation f", "Optimized o", "Evidenced E", "Score S", "Low", "High", "Complete")
WEIGHTS = ("Weight", "Own weight")
TITLE, CLAIMED, FOUNDATION, OPTIMIZED, EVIDENCED, SCORE, LOW, HIGH = range(8)
COMPLETE, WEIGHT, OWN, TARGET, NOTE, DELIVERED = range(8, 14)
HELPERS = 15
WEIGHED = ("Weight used", "S × weight", "High × weight", "Own weight", "S × own", "High × own")
DIGITS = 9

# The columns of the checks, below those of the scores.
NAME, ANSWER, STAGE, COVERED, COVERED_HIGH, ASKED, DONE, MEANS = range(8)
LAST = 12


@dataclass(frozen=True)
class Answered:
    """Coverage cells of a dimension's checks by stage; how many were asked, dealt with, known."""

    low: Mapping[Stage, Sequence[Formula]]
    high: Mapping[Stage, Sequence[Formula]]
    asked: Formula
    done: Formula
    known: Formula


@dataclass(frozen=True)
class _Row:
    score: Formula
    weighed: tuple[Formula, ...]
    own: tuple[Formula, ...]
    asked: Formula
    done: Formula
    known: Formula


@dataclass(frozen=True)
class Maturity:
    """Cells: the scores by dimension, the overall score and its band."""

    scores: Cells
    overall: Formula
    band: Formula


def write_maturity(page: Page, payload: Payload) -> Maturity:
    """The sheet, from a payload's framework and answers."""
    lead = "Answer in the amber cells. Empty is unanswered, and unanswered never reads as level 1."
    widths = (32, 15, 12, 11, 11, 9, 9, 9, 10, 9, 9, 9, 40, 11, 3, *[9] * 8)
    page.begin("Maturity: checks and levels", lead, *widths)
    framework, dimensions = payload.framework, payload.framework.dimensions
    first = 5
    checks_row = first + len(dimensions) + 9
    answered = _checks(page, checks_row, payload, framework.scoring.coverage)
    measures = _measures(page, first + len(dimensions) + 4, payload.measured)
    page.text(3, 0, "Scores", "heading")
    page.sheet.set_row(4, 30)
    page.text(4, TITLE, "Dimension", "head")
    page.text(4, CLAIMED, "Claimed level", "head_centre")
    page.texts(4, FOUNDATION, [*FIGURES, *WEIGHTS], "head_right")
    page.text(4, TARGET, "Target", "head_centre")
    page.text(4, NOTE, "What to look at", "head_indent")
    page.text(4, DELIVERED, "As delivered", "head_right")
    page.texts(4, HELPERS, [*WEIGHED, "Asked", "Done", "Known"], "head_right")
    rows = {
        item.key: _dimension(page, n, item, payload, answered[item.key], measures)
        for n, item in enumerate(dimensions, start=first)
    }
    overall, band = _overall(page, first + len(rows), list(rows.values()), payload, framework.bands)
    page.sheet.freeze_panes(5, 1)
    last_row = checks_row + len(framework.checks) + 1
    page.printed(pages_high=1, repeat_row=4, area=(last_row, DELIVERED))
    return Maturity({key: row.score for key, row in rows.items()}, overall, band)


def _measures(page: Page, row: int, measured: MeasuredUsage) -> Cells:
    """Optional measured ratios that can refute a claim, by measure."""
    cells = {}
    rule = between("Measured share", "From 0 % to 100 %, or empty.", 0, 1)
    for n, (name, label, key) in enumerate(MEASURES, start=row):
        page.merged(n, 0, 3, f"{label} (empty: not measured)", "label")
        cells[key] = page.entry(n, 4, getattr(measured, key), "percent", rule, name)
    return cells


def _claimed(page: Page, row: int, key: str, payload: Payload) -> Formula:
    value: int | str | None = None
    for answer in payload.answers:
        if (answer.kind, answer.key) == ("dimension", key) and answer.state != "unanswered":
            value = answer.value if answer.state == "answered" else answer.state.replace("_", " ")
    return page.entry(
        row, CLAIMED, value, "text", one_of("Level", page.lists["levels"], or_empty=True)
    )


def _stage(own: Sequence[Formula], other: Sequence[Formula]) -> Formula:
    """Mean coverage of a stage, of the other stage where none of its own checks counts."""
    mean: Operand = ""
    for cells in filter(None, (other, own)):
        mean = xl.when(xl.count(*cells) > 0, xl.total(*cells) / xl.count(*cells), mean)
    return xl.formula(mean) if own else xl.when(True, mean, "")


def _stages(cells: Mapping[Stage, Sequence[Formula]]) -> tuple[Formula, Formula]:
    foundation, optimized = cells[Stage.FOUNDATION], cells[Stage.OPTIMIZED]
    return _stage(foundation, optimized), _stage(optimized, foundation)


def _evidenced(f: Formula, o: Formula) -> Formula:
    return xl.when(xl.all_of(xl.is_number(f), xl.is_number(o)), 1 + 2 * f + 2 * f * o, "")


def _lower(claimed: Formula, evidenced: Formula) -> Formula:
    """S = min(C, E), or the one that exists."""
    either = xl.when(xl.is_number(claimed), claimed, evidenced)
    both = xl.all_of(xl.is_number(claimed), xl.is_number(evidenced))
    return xl.when(both, xl.lowest(claimed, evidenced), either)


def _dimension(
    page: Page, row: int, item: Dimension, payload: Payload, answered: Answered, measures: Cells
) -> _Row:
    key, scores = item.key, payload.scores
    page.text(row, TITLE, item.title, "label_bold")
    claimed = _claimed(page, row, key, payload)
    f, o = page.across(row, FOUNDATION, _stages(answered.low), "ratio")
    evidenced = page.formula(row, EVIDENCED, _evidenced(f, o), "level")
    score = page.formula(row, SCORE, _lower(claimed, evidenced), "level_bold")
    page.formula(row, LOW, score, "level")
    best = _evidenced(*_stages(answered.high))
    high = page.formula(row, HIGH, _lower(claimed, best), "level")
    counts = _counts(claimed, answered)
    asked, done, known = page.across(row, HELPERS + 6, counts, "count_static")
    page.formula(row, COMPLETE, _completeness(asked, done), "percent")
    weights, own_weights = scores.weights, scores.own.weights if scores.own else {}
    weight = page.static(row, WEIGHT, weights.get(key), "input_count_fine")
    weight = xl.when(xl.is_number(weight), weight, float(weights.get(key, 0)))
    own = page.static(row, OWN, own_weights.get(key), "input_count_fine")
    target = payload.targets.get(key)
    page.text(row, TARGET, (target and target.level) or "–", "centre")
    if target and target.reason:
        comment = cell_text(target.reason)
        page.sheet.write_comment(row, TARGET, comment, {"x_scale": 1.6, "font_size": 9})
    note = _note(payload.framework, key, claimed, evidenced, measures)
    page.formula(row, NOTE, note, "risk")
    page.static(row, DELIVERED, payload.score(key).score, "level_static")
    return _Row(
        score,
        _weighed(page, row, 0, weight, score, high),
        _weighed(page, row, 3, own, score, high),
        asked,
        done,
        known,
    )


def _counts(claimed: Formula, answered: Answered) -> tuple[Formula, Formula, Formula]:
    """How many of a dimension's questions, its level included, are asked, dealt with, known."""
    is_left_out = claimed.equals("not applicable")
    done = xl.when(xl.any_of(is_left_out, claimed.equals("")), 0, 1)
    known = xl.when(claimed.equals("unknown"), 0, done)
    return (
        xl.when(is_left_out, 0, 1) + answered.asked,
        done + answered.done,
        known + answered.known,
    )


def _weighed(
    page: Page, row: int, place: int, weight: Formula, score: Formula, high: Formula
) -> tuple[Formula, ...]:
    """Three helper cells: the weight that counts, the score times it, the high end times it."""
    column, style = HELPERS + place, "factor_static"
    used = page.formula(row, column, xl.when(xl.is_number(score), weight, 0), style)
    products = (xl.when(xl.is_number(value), value * used, 0) for value in (score, high))
    return (used, *page.across(row, column + 1, products, style))


def _completeness(asked: Formula, done: Formula) -> Formula:
    """Answered or unknown questions over applicable ones; 1 where none applies."""
    return xl.when(asked > 0, done / asked, 1)


def _note(
    framework: Framework, key: str, claimed: Formula, evidenced: Formula, measures: Cells
) -> Formula:
    """The flags and contradictions of a dimension in words."""
    gap = xl.rounded(xl.absolute(claimed - evidenced), DIGITS)
    above, below = (f"claim is {side} what the checks show" for side in ("above", "below"))
    which = xl.when(claimed > evidenced, above, below)
    compared = xl.when(gap >= float(framework.scoring.contradiction_at), which, "")
    unrated = xl.when(xl.is_number(evidenced), "no level chosen", "not answered")
    unevidenced = xl.when(xl.is_number(claimed), "no check answered", unrated)
    both = xl.all_of(xl.is_number(claimed), xl.is_number(evidenced))
    words = xl.when(both, compared, xl.when(xl.is_number(claimed), unevidenced, unrated))
    rules = [rule for rule in framework.scoring.refutations if rule.dimension == key]
    for rule in reversed(rules):
        measured = measures[rule.measure]
        if rule.below is not None:
            is_beyond = measured < float(rule.below)
        else:
            is_beyond = measured > float(rule.above or 0)
        is_claimed = claimed >= rule.claimed_from
        is_known = xl.is_number(measured), xl.is_number(claimed)
        is_refuted = xl.all_of(*is_known, is_claimed, is_beyond)
        words = xl.when(is_refuted, "measured usage refutes the claim", words)
    return words


def _overall(
    page: Page, row: int, rows: list[_Row], payload: Payload, bands: Sequence[Band]
) -> tuple[Formula, Formula]:
    """The weighted mean with its band, by the version's weights and by the client's own."""
    page.text(row, TITLE, "Overall", "label_bold")
    asked, done, known = (
        xl.total(page.column([getattr(item, name) for item in rows]))
        for name in ("asked", "done", "known")
    )
    is_stated = known * 2 >= asked  # below half no overall score is stated
    found = _mean(page, row, [item.weighed for item in rows], bands, is_stated)
    page.text(row + 1, TITLE, "Overall by own weights", "label")
    _mean(page, row + 1, [item.own for item in rows], bands, is_stated)
    page.formula(row, COMPLETE, _completeness(asked, done), "percent")
    page.static(row, DELIVERED, payload.scores.overall, "level_static")
    return found


def _mean(
    page: Page,
    row: int,
    parts: list[tuple[Formula, ...]],
    bands: Sequence[Band],
    is_stated: Formula,
) -> tuple[Formula, Formula]:
    """The score and its band."""
    weight, score, high = (xl.total(page.column([part[n] for part in parts])) for n in range(3))
    is_known = xl.all_of(weight > 0, is_stated)
    value = page.formula(row, SCORE, xl.when(is_known, score / weight, ""), "level_bold")
    page.formula(row, LOW, value, "level")
    page.formula(row, HIGH, xl.when(is_known, high / weight, ""), "level")
    score = xl.rounded(value, DIGITS)
    *lower, highest = bands
    title = xl.formula(highest.title)
    for band in reversed(lower):  # a band's upper end belongs to the next
        title = xl.when(score < float(band.below or 0), band.title, title)
    unscored = xl.when(is_stated, "not scored yet", "provisional: too few answers")
    title = xl.when(xl.is_number(value), title, unscored)
    return value, page.formula(row, NOTE, title, "label_indent")


def _checks(page: Page, row: int, payload: Payload, coverage: Coverage) -> dict[str, Answered]:
    """The table of checks, dimension by dimension; `coverage` is the framework's."""
    page.text(row, NAME, "Checks: what is operational today", "heading")
    page.text(row + 1, NAME, "Check", "head")
    page.text(row + 1, ANSWER, "Answer", "head_centre")
    page.text(row + 1, STAGE, "Stage", "head_indent")
    page.texts(row + 1, COVERED, ["Coverage", "Upper end", "Asked", "Done"], "head_right")
    page.merged(row + 1, MEANS, LAST, "Operational means", "head_indent")
    row += 2
    states = payload.check_states()
    answered = {}
    for dimension in payload.framework.dimensions:
        checks = payload.framework.checks_of(dimension.key)
        cells = [
            _check(page, n, check, states[check.key], coverage)
            for n, check in enumerate(checks, start=row)
        ]
        row += len(cells)
        low, high, *counts = zip(*cells, strict=True) if cells else ((),) * 5
        sums = (xl.total(page.column(each) if each else 0) for each in counts)
        answered[dimension.key] = Answered(_by_stage(checks, low), _by_stage(checks, high), *sums)
    return answered


def _by_stage(checks: Sequence[Check], cells: Sequence[Formula]) -> dict[Stage, Sequence[Formula]]:
    pairs = list(zip(checks, cells, strict=True))
    return {stage: [cell for check, cell in pairs if check.stage == stage] for stage in Stage}


def _check(
    page: Page, row: int, check: Check, state: str, coverage: Coverage
) -> tuple[Formula, Formula, Formula, Formula, Formula]:
    """A check's row: its coverage at the low and the high end; if asked, dealt with, known."""
    page.text(row, NAME, check.title, "label_bold")
    value = None if state == "unanswered" else state.replace("_", " ")
    rule = one_of("Answer", page.lists["answers"], or_empty=True)
    answer = page.entry(row, ANSWER, value, "text", rule)
    page.text(row, STAGE, check.stage, "muted")
    page.merged(row, MEANS, LAST, check.operational, "muted", height=30)
    is_left_out = answer.equals("not applicable")
    leaves = xl.any_of(answer.equals(""), is_left_out)
    is_open = xl.any_of(leaves, answer.equals("unknown"))
    low, high = float(coverage.unknown_low), float(coverage.unknown_high)
    return (
        page.formula(row, COVERED, _coverage(coverage, answer, leaves, low), "level"),
        page.formula(row, COVERED_HIGH, _coverage(coverage, answer, leaves, high), "level"),
        page.formula(row, ASKED, xl.when(is_left_out, 0, 1), "count_static"),
        page.formula(row, DONE, xl.when(leaves, 0, 1), "count_static"),
        page.formula(row, HELPERS, xl.when(is_open, 0, 1), "count_static"),
    )


def _coverage(coverage: Coverage, answer: Formula, leaves: Formula, unknown: float) -> Formula:
    """The coverage of an answer; unknown by the end of the band, empty where the check leaves."""
    known = xl.when(answer.equals("partial"), float(coverage.partial), float(coverage.no))
    known = xl.when(answer.equals("yes"), float(coverage.yes), known)
    return xl.when(leaves, "", xl.when(answer.equals("unknown"), unknown, known))


def write_levels(page: Page, payload: Payload) -> None:
    """The anchors of every dimension and level."""
    lead = "Choose the one that describes today, on sheet Maturity."
    page.begin("What each level looks like", lead, 24, *[34] * len(LEVELS))
    page.texts(3, 0, ["Dimension", *(f"Level {level}" for level in LEVELS)], "head")
    for row, dimension in enumerate(payload.framework.dimensions, start=4):
        page.text(row, 0, dimension.title, "label_top")
        page.texts(row, 1, [anchor.text for anchor in dimension.anchors], "wrap")
        page.sheet.set_row(row, 84)
    page.sheet.freeze_panes(4, 1)
    page.printed()
