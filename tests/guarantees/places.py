"""What the places that show figures have in common: titles, and ways of writing."""

import re
from collections.abc import Mapping

from costing.engine.levers import set_names
from costing.scenarios.content.titles import STRATEGY_TITLES
from tests.guarantees.figures import Key

Figures = dict[Key, object]
TITLES = {
    "baseline": "All calls to the premium model",
    "prompt_caching": "Prompt caching",
    "routed_api": "Caching and routing",
    "optimized_api": "Caching, routing, semantic cache",
    "self_hosted": "Self-hosted, all calls",
    "hybrid": "Hybrid: all four levers",
    "hosted_open": "Hosted open model, all calls",
    "hybrid_hosted": "Hybrid with the hosted open model",
    "current": "What runs today",
}
LEVERS = {
    "prompt_caching": "Prompt caching",
    "routing": "Routing",
    "semantic_caching": "Semantic caching",
    "self_hosting": "Self-hosting",
}
# Title and drawn label of every change that can be recommended.
STEPS = {
    f"{kind}_{lever}": (phrase.format(named.lower()), f"{title}{label}")
    for lever, title, named in (
        *((lever, title, title) for lever, title in LEVERS.items()),
        ("open_model", "Hosted open model", "the hosted open model"),
    )
    for kind, phrase, label in (
        ("switch_on", "Switch on {}", ""),
        ("switch_off", "Switch off {}", " off"),
        ("resize", "Run {} only as far as it pays", " cut"),
    )
}
HABITS = {
    "One model for everything": "one_model_for_everything",
    "Continuous idle GPU": "continuous_idle_gpu",
    "Prompt-cache TTL ignored": "prompt_cache_ttl_ignored",
    "Prompt-cache lifetime ignored": "prompt_cache_ttl_ignored",
}
# The second version of the framework names them so.
HABITS |= {f"Trap: {title.lower()}": key for title, key in HABITS.items()}
STRATEGY_OF = {title: key for key, title in TITLES.items()}
# Pairs compare other sets too, which are called after their levers.
SET_OF = {STRATEGY_TITLES[name]: name for name in set_names()} | STRATEGY_OF
ADVISED = {
    "What is recommended today": "recommended_today",
    "All that is recommended": "recommended",
}
LEVER_OF = {title: key for key, title in LEVERS.items()}
LEVEL = r"\d\.\d"
MONEY = r"[−+-]?\$?\d[\d,]*(?:\.\d+)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?: (?:k|M|bn|tn)\b)?"
PERCENT = r"(?:under )?[−-]?[\d,.]+(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)? %"


SIGNS = {"€": "$", "¥": "$", "EUR": "USD", "JPY": "USD", "IDR": "USD"}


def as_usd(words: str) -> str:
    """What a place says, as if its amounts were USD: their currency is no part of a figure."""
    words = re.sub(r"IDR\s(?=[\d.])", "$", words)  # its code stands for a sign
    for written, usd in SIGNS.items():
        words = words.replace(written, usd)
    return words


def span(text: str, alone: object = None) -> tuple[object, object]:
    """The ends of `1.9–2.8`; of a single level it twice; of nothing what stands alone."""
    ends = [end.strip() for end in text.replace("–", " – ").split(" – ")]
    if len(ends) == 2 and all(ends):
        return ends[0], ends[1]
    return (text, text) if text.strip(" –") else (alone, alone)


def clipped(title: str) -> str:
    """A title for a regular expression, whole or cut where its column ends."""
    words = title.split()
    cut = "".join(f"(?: {re.escape(word)}" for word in words[1:]) + ")?" * (len(words) - 1)
    return re.escape(words[0]) + cut + "…?"


def targets(text: str) -> tuple[object, object]:
    """The ends of a target, `3` or `1–2`."""
    return span(text)


def dimension(found: Figures, title: str, line: Mapping[str, str]) -> None:
    """Note a dimension's figures by the titles of their columns."""
    found["claimed", title] = line["Claimed"]
    found["evidenced", title] = line["Evidenced"]
    found["score", title] = line["Score"]
    found["low", title], found["high", title] = span(line["Range"], line["Score"])
    found["target low", title], found["target high", title] = targets(line["Target"])


def pays(found: Figures, words: str) -> None:
    """From which volume on each recommendation costs less for good, where a text says it."""
    for title, name in ADVISED.items():
        volume = r"([\d.,]+(?:\s(?:k|M|bn|tn))?) requests?"
        line = re.search(f"{title} pays from {volume} a month on", words)
        if line:
            found["pays for good", name] = line[1]
