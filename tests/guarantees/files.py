"""Reads the figures of a document, PDF, DOCX or recalculated XLSX, by what people see of it."""

import re
from collections.abc import Iterable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from docx import Document
from openpyxl.workbook import Workbook

from reports.documents.workbook.crossover import FIRST_TABLE
from tests.guarantees.figures import Shown, shown
from tests.guarantees.places import (
    ADVISED,
    HABITS,
    LEVEL,
    LEVER_OF,
    MONEY,
    PERCENT,
    SET_OF,
    STEPS,
    STRATEGY_OF,
    TITLES,
    Figures,
    as_usd,
    clipped,
    dimension,
    pays,
    span,
    targets,
)
from tests.reports.guide.reading import rows as guide_rows
from tests.reports.pdf_text import text_of
from tests.reports.workbook.recalculated import named

STATUS = "(?:open|in progress|done|dropped|risk accepted)"
EFFORT_OR_DUE = r"(?:small|medium|large|not stated|–|\d{1,2} [A-Z]|by \d|20\d\d)"


def scorecard_file(content: bytes, dimensions: list[str]) -> Figures:
    """The printed scorecard."""
    words = as_usd(text_of(content))
    head = re.search(
        rf" ({LEVEL}|–) \D*?(?:of 5|range ({LEVEL} – {LEVEL})) (?:\d+|None) of \d+ questions", words
    )
    assert head, words[:300]
    found: Figures = {("overall",): head[1]}
    found["low",], found["high",] = span(head[2] or "", head[1])
    checks = re.search(r"Shaded: the level nearest to the score", words)
    assert checks, words
    for title, after in zip(dimensions, [*dimensions[1:], checks[0]], strict=True):
        part = words[
            words.index(f"{title} claimed") : words.index(
                f"{after} claimed" if after in dimensions else after
            )
        ]
        claimed = re.match(rf".*? claimed (\d|–) · evidenced ({LEVEL}|–)", part)
        score = re.search(rf"({LEVEL}|–)(?: ({LEVEL} – {LEVEL}))?(?: target (\d–\d|\d))?\s*$", part)
        assert claimed, part
        assert score, part
        found["claimed", title], found["evidenced", title] = claimed[1], claimed[2]
        found["score", title] = score[1]
        found["low", title], found["high", title] = span(score[2] or "", score[1])
        found["target low", title], found["target high", title] = targets(score[3] or "")
        marks = re.findall(rf"Score ({LEVEL})", part)
        assert marks == ([] if score[1] == "–" else [score[1]]), part
    return found


def brief(content: bytes, dimensions: list[str], actions: Iterable[str]) -> Figures:
    """The executive brief."""
    words = as_usd(text_of(content))
    standing, economics, plan = re.split(r"Page \d of 3", words)[1:]
    found: Figures = {}
    _standing(found, standing, dimensions)
    _costs(found, economics)
    _roadmap(found, plan, actions)
    return found


def _standing(found: Figures, words: str, dimensions: list[str]) -> None:
    overall = re.search(rf"Overall ({LEVEL}) of 5", words)
    found["overall",] = overall[1] if overall else None
    ends = re.search(rf"could move it between ({LEVEL}) and ({LEVEL})", words)
    found["low",], found["high",] = ends.groups() if ends else (found["overall",],) * 2
    whole = re.search(rf"completeness ({PERCENT})", words)
    if whole:
        found["completeness",] = whole[1]
    own = re.search(rf"By the client’s own weights: ({LEVEL})", words)
    found["own",] = own[1] if own else None
    for title in dimensions:
        columns = rf"(\d|–) ({LEVEL}|–) ({LEVEL}|–) (?:({LEVEL}(?:–{LEVEL})?) )?(\d–\d|\d|–) "
        line = re.search(rf"{re.escape(title)} {columns}", words)
        assert line, (title, words)
        keys = ("Claimed", "Evidenced", "Score", "Range", "Target")
        dimension(found, title, dict(zip(keys, [x or "" for x in line.groups()], strict=True)))
    drawn = re.findall(r"target (\d–\d|[\d.]+)(?= )", words)
    aims = [found["target low", t] for t in dimensions]
    tops = [found["target high", t] for t in dimensions]
    wanted = [str(a) if a == b else f"{a}–{b}" for a, b in zip(aims, tops, strict=True) if a]
    assert sorted(drawn) == sorted(wanted), f"the drawing aims at {drawn}, the table at {wanted}"
    habits = words.partition("Anti-patterns")[2]
    for title, key in HABITS.items():
        line = re.search(rf"{title} ({MONEY}|–|no cost)(?= |$)", habits)
        if line:
            found["anti-pattern", key] = line[1]


def _costs(found: Figures, words: str) -> None:
    lines = words.partition("Way of working")[2]
    for key, title in TITLES.items():
        line = re.search(
            rf"{clipped(title)} ({MONEY}) ({MONEY}|–) ({MONEY}) ({PERCENT}|–)(?= )", lines
        )
        if line:
            found["usd", key], found["usd per mtok", key] = line[1], line[2]
            found["saving", key], found["saving ratio", key] = line[3], line[4]
    _steps(found, words)
    pays(found, words)
    volume = r"([\d.,]+(?: (?:k|M|bn|tn))?)"
    ends = rf"(?:, and for good above {volume}|, and never)"
    hosting = re.search(rf"is first cheaper at {volume}{ends}", words)
    pair = ("prompt_caching", "self_hosted")
    if hosting:
        found["first crossing", *pair] = hosting[1]
        found["for good above", *pair] = hosting[2]
    earned = re.search(r"earns back its cost after (less than )?([\d.,]+) month", words)
    if earned:
        found["break-even month", *pair] = "0" if earned[1] else earned[2]
    elif "would not earn back" in words:
        found["break-even month", *pair] = None


def _steps(found: Figures, words: str) -> None:
    """What changes, as a table and as drawn; the drawing says what a change does to the bill."""
    for key, (title, label) in STEPS.items():
        title = title.replace("Switch on the hosted", "(?:Switch on|Self-hosting to) the hosted")
        line = re.search(
            rf"{title}(?: in (?:“[^”]*”|\d+ parts))?"
            r" (?:Now|Once the scores allow it|After the steps before it)"
            rf" ({MONEY}) ({MONEY})",
            words,
        )
        if line:
            found["step", key], found["usd after step", key] = line.groups()
        label = re.escape(label).replace(r"\-", r"\-\s?").replace(r"\ ", r"\s")
        drawn = re.search(
            rf"([−+]\$?[\d,.]+(?: (?:k|M|bn|tn))?|\$0) {label}(?= (?!off |cut ))", words
        )
        if drawn:
            turned = {"−": "", "+": "−"}.get(drawn[1][0], "")
            found["drawn step", key] = turned + drawn[1].lstrip("−+")


def _roadmap(found: Figures, words: str, actions: Iterable[str]) -> None:
    for title in actions:
        line = re.search(
            rf"{re.escape(title)}(?: in (?:“[^”]+”|\d+ parts))?(?: at risk today)?(?: {STATUS})?"
            rf" ({MONEY}|–) {EFFORT_OR_DUE}",
            words,
        )
        if line:
            found["action", title] = line[1]
    told = re.findall(rf"Day (\d+): (?:({MONEY}) a month)?(?:, )?(?:score ({LEVEL}))?", words)
    for day, usd, level in told:
        found["projected score", day], found["projected usd", day] = level, usd
    drawn = r"((?:day \d+ ){4})"
    scores = re.search(rf"Score, 1 to 5 {drawn}1 2 3 4 5 ((?:(?:{LEVEL}) ?)+)", words)
    if scores:
        days = re.findall(r"\d+", scores[1])[1:]
        levels = re.findall(LEVEL, scores[2])[-3:]
        found.update({("projected score", d): s for d, s in zip(days, levels, strict=True)})
    spend = re.search(rf"Spend, USD per month(?:, once terms end)? {drawn}((?:{MONEY} ?)+)", words)
    if spend:
        days = re.findall(r"\d+", spend[1])[1:]
        amounts = re.findall(r"\$[\d,.]+(?: (?:k|M|bn|tn)\b)?", spend[2])[-3:]
        found.update({("projected usd", d): a for d, a in zip(days, amounts, strict=True)})


def guide(content: bytes) -> Figures:
    """The facilitator guide."""
    document = Document(BytesIO(content))
    found: Figures = {}
    heads = ("Claimed", "Evidenced", "Score", "Range", "Target")
    for title, *line in guide_rows(document, "Levels and scores by dimension")[1:]:
        if title == "Overall":
            found["overall",] = line[2]
            found["low",], found["high",] = span(line[3])
        else:
            dimension(found, title, dict(zip(heads, line, strict=True)))
    for title, amount, *_ in _lines(document, "Anti-patterns, and what they cost"):
        found["anti-pattern", HABITS[title]] = amount
    _guide_economics(found, document)
    _guide_plan(found, document)
    return found


def _guide_economics(found: Figures, document: Any) -> None:
    for title, usd, mtok, saving, ratio, _ in _lines(document, "Strategies compared"):
        if title in STRATEGY_OF:
            key = STRATEGY_OF[title]
            found["usd", key], found["usd per mtok", key] = usd, mtok
            found["saving", key], found["saving ratio", key] = saving, ratio
        else:
            found["usd", "recommended_today"] = usd
    for title, in_order, share, _ in _lines(document, "Levers"):
        found["in order", LEVER_OF[title]] = in_order
        found["fair share", LEVER_OF[title]] = share


def _guide_plan(found: Figures, document: Any) -> None:
    for day, score, usd in _lines(document, "Projected score and spend")[1:]:
        found["projected score", day.removeprefix("Day ")] = score
        found["projected usd", day.removeprefix("Day ")] = usd
    for caption in _captions(document):
        if caption.startswith("Days "):
            for title, amount, *_ in _lines(document, caption):
                found["action", title.split("\n")[0]] = amount


def _captions(document: Any) -> list[str]:
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    found = [each._tbl.tblPr.find(f"{name}tblCaption") for each in document.tables]
    return [each.get(f"{name}val") for each in found if each is not None]


def _lines(document: Any, caption: str) -> list[list[str]]:
    if caption not in _captions(document):
        return []
    return guide_rows(document, caption)[1:]


def starter_kit(content: bytes) -> Figures:
    """The starter kit: money by action in its README, whose figures its files have as well."""
    with ZipFile(BytesIO(content)) as kit:
        texts = {name.partition("/")[2]: kit.read(name).decode() for name in kit.namelist()}
    readme = texts["README.md"]
    steps = re.findall(r"^### \d+\. (.+)\n\n.+ · Days \d+–\d+ · (.+) a month$", readme, re.M)
    for said, file, key in (
        (rf"at twice that, ({MONEY}):", "gateway/config.yaml", "max_budget"),
        (rf"({MONEY}) calls a minute", "gateway/config.yaml", "rpm_limit"),
        (r"(\d+) replicas? at the peak", "serving/workload.yaml", "replicas"),
    ):
        figure, body = re.search(said, readme), texts.get(file, "")
        stated = re.findall(rf"\b{key}: ([\d.]+)", body)
        if figure and stated:
            near = [shown(figure[1]), *map(shown, stated)]
            assert any(each and near[0] and _alike(near[0], each) for each in near[1:]), (key, near)
    return {("action", title): usd for title, usd in steps}


def _alike(written: Shown, exact: Shown) -> bool:
    return abs(written.value - exact.value) <= written.step / 2


def workbook(book: Workbook) -> Figures:
    """The workbook as LibreOffice recalculated it."""
    found: Figures = {}
    is_example = "Example inputs: nothing was delivered" in {
        line[0] for line in book["Strategies"].iter_rows(values_only=True)
    }
    for line in book["Maturity"].iter_rows(min_row=6, max_row=13, values_only=True):
        title = str(line[0] or "")
        if title == "Overall":
            found["overall",], found["low",], found["high",] = line[5:8]
            found["completeness",] = line[8]
        elif title == "Overall by own weights":
            found["own",] = line[5]
        elif title:
            found["claimed", title] = line[1] if isinstance(line[1], int) else None
            found["evidenced", title], found["score", title] = line[4], line[5]
            found["low", title], found["high", title] = line[6], line[7]
            found["target low", title], found["target high", title] = targets(
                str("" if line[11] is None else line[11])
            )
    if not is_example:
        _strategies(found, book)
    _printed_plan(found, book)
    return found


def _strategies(found: Figures, book: Workbook) -> None:
    heading = ""
    for line in book["Strategies"].iter_rows(values_only=True):
        title = line[0]
        heading = "levers" if title == "Lever" else "" if title is None else heading
        if title in STRATEGY_OF and ("usd", STRATEGY_OF[title]) not in found:
            key = STRATEGY_OF[title]
            found["usd", key], found["usd per mtok", key] = line[1], line[2]
            found["saving", key], found["saving ratio", key] = line[4], line[5]
        elif title in LEVER_OF and heading == "levers":
            found["in order", LEVER_OF[title]] = line[1]
            found["fair share", LEVER_OF[title]] = line[2]
        elif title == "At the present volume":
            found["cheapest",] = line[1]
        elif title == "That the maturity allows today":
            found["cheapest allowed",] = line[1]
    for line in book["Crossover"].iter_rows(max_row=FIRST_TABLE, values_only=True):
        ends = str(line[0]).split(" → ")
        if advised := ADVISED.get(ends[-1]):
            found["pays first", advised], found["pays for good", advised] = line[1], line[2]
            found["pays in ranges", advised] = line[3]
        pair = tuple(SET_OF.get(end, "") for end in ends)
        if len(pair) == 2 and all(pair):
            found["first crossing", *pair], found["for good above", *pair] = line[1], line[2]
            found["crossings", *pair] = line[3]
            found["break-even month", *pair], found["horizon saving", *pair] = line[4], line[5]
    # Of applications the engine's figures alone stand there.
    pair = tuple(STRATEGY_OF.get(str(book["Crossover"][place].value), "") for place in ("B4", "B5"))
    if ("break-even month", *pair) in found and "payback_month" in book.defined_names:
        found["break-even month", *pair] = named(book, "payback_month").value
        found["horizon saving", *pair] = named(book, "payback_saving_usd").value


def _printed_plan(found: Figures, book: Workbook) -> None:
    for line in book["Roadmap"].iter_rows(values_only=True):
        if re.fullmatch(r"\d+–\d+", str(line[0] or "")):
            found["action", str(line[1])] = line[2]
        elif line[0] in (30, 60, 90, 40, 80, 120):
            found["projected score", str(line[0])] = line[1]
            found["projected usd", str(line[0])] = line[2]
        elif line[1] in HABITS:
            found["anti-pattern", HABITS[str(line[1])]] = line[2]
