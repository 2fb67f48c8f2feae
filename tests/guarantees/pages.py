"""Reads the figures of a page by what people see of it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import html

from tests.guarantees.places import (
    ADVISED,
    HABITS,
    LEVEL,
    LEVER_OF,
    MONEY,
    SET_OF,
    STRATEGY_OF,
    Figures,
    as_usd,
    dimension,
    pays,
    span,
    targets,
)


def text(node: Any) -> str:
    """What a person reads of a node, on one line."""
    return " ".join(node.text_content().split())


def cells(table: Any) -> Iterator[dict[str, str]]:
    """The rows of a page's table by the titles of their columns."""
    heads = [text(head) for head in table.xpath(".//thead//th")]
    for line in table.xpath(".//tbody/tr"):
        found = line.xpath("./th|./td")
        if len(found) == len(heads):
            first = " ".join(" ".join(found[0].xpath("./text()")).split())
            yield dict(zip(heads, [first or text(found[0]), *map(text, found[1:])], strict=True))


def table(page: Any, *heads: str) -> Any:
    """The one table of a page with these columns."""
    for found in page.xpath("//table"):
        if set(heads) <= {text(head) for head in found.xpath(".//thead//th")}:
            return found
    return None


def stats(page: Any) -> dict[str, str]:
    """The large figures of a page by their labels."""
    return {
        text(item.xpath(".//*[@class='stat-label']")[0]): text(
            item.xpath(".//*[contains(@class, 'stat-value')]")[0]
        )
        for item in page.xpath("//*[@class='stat']")
    }


def scorecard_page(content: bytes) -> Figures:
    """The scorecard's page."""
    page = html.fromstring(as_usd(content.decode()))
    found: Figures = {}
    lines = table(page, "Dimension", "Claimed", "Evidenced", "Score", "Range", "Target")
    if lines is None:
        return found
    large = stats(page)
    found["overall",] = large["Overall, of 5"]
    found["low",], found["high",] = span(large.get("Range while answers are unknown", ""))
    found["completeness",] = large["Questions answered"]
    own = re.search(rf"By the client’s own weights ({LEVEL}) of 5", text(page))
    found["own",] = own[1] if own else None
    for line in cells(lines):
        dimension(found, line["Dimension"], line)
    for title, words in _drawn_targets(page).items():
        low, high = targets(words)
        agreed = (found["target low", title], found["target high", title])
        assert (low, high) == agreed, (
            f"the drawing aims at {words} in {title}, the table at {agreed}"
        )
    return found


def _drawn_targets(page: Any) -> dict[str, str]:
    """The targets that the wide drawing names, by dimension in order."""
    drawing = page.xpath("//*[@class='chart-wide']//*[local-name()='text']")
    titles = [text(head) for head in page.xpath("//figure//tbody/tr/th/text()[1]/..")]
    titles = [
        re.sub(r" (Contradiction|No level chosen|No check answered).*", "", t) for t in titles
    ]
    words = [text(label)[7:] for label in drawing if text(label).startswith("target ")]
    return dict(zip(titles, words, strict=True)) if len(words) == len(titles) else {}


def scenario_page(content: bytes, pairs: Iterable[tuple[str, str]]) -> Figures:
    """The page of a scenario's economics; `pairs` are those that it compares, in order."""
    page = html.fromstring(as_usd(content.decode()))
    found: Figures = {}
    for line in cells(table(page, "Strategy", "USD per month", "USD per Mtok")):
        key = STRATEGY_OF[line["Strategy"]]
        found["usd", key] = line["USD per month"]
        found["saving", key] = line["Saving, USD"]
        found["saving ratio", key] = line["Saving"]
        found["usd per mtok", key] = line["USD per Mtok"]
    large = stats(page)
    found["usd", "current"] = large["It costs now, per month"]
    found["usd", "recommended_today"] = large["It should cost, per month"]
    for line in cells(table(page, "Lever", "Fair share, whatever the order")):
        lever = LEVER_OF[line["Lever"]]
        found["in order", lever] = line["Saves when switched on in this order"]
        found["fair share", lever] = line["Fair share, whatever the order"]
    payback = table(page, "From", "To", "Earned back after, months")
    for line in cells(payback) if payback is not None else ():
        pair = (SET_OF[line["From"]], SET_OF[line["To"]])
        found["break-even month", *pair] = line["Earned back after, months"]
        found["horizon saving", *pair] = line["Saving over the horizon, USD"]
    for number, pair in enumerate(pairs, start=1):
        (section,) = page.xpath(f"//*[@id='crossover-{number}']")
        _crossings(found, pair, section)
    pays(found, text(page))
    for name in ADVISED.values():
        for section in page.xpath(f"//*[@id='crossover-{name.replace('_', '-')}']"):
            own: Figures = {}
            _crossings(own, (name,), section)
            found["pays first", name] = own["first crossing", name]
            found["pays for good", name] = own["for good above", name]
            found["pays in ranges", name] = own["crossings", name]
    for item in page.xpath("//*[@id='anti-patterns']//li"):
        key = HABITS[text(item.xpath("./strong")[0])]
        money = re.search(rf"{MONEY}(?= a month)|no cost(?= at these prices)", text(item))
        found["anti-pattern", key] = money[0] if money else None
    return found


def _crossings(found: Figures, pair: tuple[str, ...], section: Any) -> None:
    lines = [[text(cell) for cell in line.xpath("./td")] for line in section.xpath(".//tbody/tr")]
    counted = re.search(r"is cheaper \((\d+)\)", text(section))
    never = None if counted else re.search("never gets cheaper, at any volume", text(section))
    found["crossings", *pair] = "0" if never else counted[1]
    found["first crossing", *pair] = lines[0][0] if lines else None
    is_for_good = bool(lines) and lines[-1][1] == "for good"
    found["for good above", *pair] = lines[-1][0] if is_for_good else None
