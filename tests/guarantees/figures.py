"""The figures of a frozen payload, and what counts as showing one of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Key = tuple[str, ...]
JsonMapping = Mapping[str, Any]
NONE = ("", "–", "never", "not within the horizon", "left out", "none")
SCALES = {"": 0, "k": 3, "M": 6, "bn": 9, "tn": 12}
DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
NUMBER = re.compile(
    r"(?P<sign>[−+-]?)\$?(?P<whole>\d[\d,]*)(?:\.(?P<part>\d+))?"
    r"(?:×10(?P<power>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?\s?(?P<scale>bn|tn|k|M)?(?P<percent>\s?%)?"
)


@dataclass(frozen=True)
class Shown:
    """A figure as a place shows it: its value, and the size of its last digit (0: all of them)."""

    value: Decimal
    step: Decimal


def shown(text: object) -> Shown | None:
    """What a text or a cell shows; none for a dash and its like. Raises ValueError for others."""
    if text is None:
        return None
    if isinstance(text, int | float):
        return Shown(Decimal(str(text)), Decimal(0))
    words = " ".join(str(text).split()).replace("less than 0.1 months", "0")
    words = words.replace("under 0.1 %", "0.0 %").replace("no cost", "0")
    words = words.replace("the first request", "0")
    words = words.replace(" months", "").replace(" month", "")
    if words in NONE:
        return None
    found = NUMBER.fullmatch(words)
    if found is None:
        raise ValueError(f"{text!r} is no figure")
    part = found["part"] or ""
    exponent = SCALES[found["scale"] or ""] - (2 if found["percent"] else 0)
    exponent += int(found["power"].translate(DIGITS)) if found["power"] else 0
    value = Decimal(f"{found['whole'].replace(',', '')}.{part or 0}").scaleb(exponent)
    step = Decimal(1).scaleb(exponent - len(part))
    return Shown(-value if found["sign"] in ("−", "-") else value, step)


@dataclass(frozen=True)
class Rounding:
    """How exact a place has to be: its last digit, or a part of the figure where that is more."""

    step: Decimal
    relative: Decimal = Decimal(0)

    def of(self, truth: Decimal) -> Decimal:
        """The last digit of a figure of that size; a zero there may be left out."""
        return max(self.step, self.relative * abs(truth))


LEVEL = Rounding(Decimal("0.1"))
WHOLE = Rounding(Decimal(1))
PERCENT = Rounding(Decimal("0.01"))
TENTH_OF_PERCENT = Rounding(Decimal("0.001"))
MONTH = Rounding(Decimal("0.1"))
# Cents vanish from 1,000 upward; columns write three significant digits from a billion upward.
CENTS = Rounding(Decimal("0.01"))
LARGE, LARGEST = Decimal(1000), Decimal(10) ** 9
THREE_DIGITS = Rounding(Decimal("0.01"), Decimal("0.01"))
MTOK = Rounding(Decimal("0.001"))
# From here on tables, and the drawing of the plan, write a figure in short.
IN_SHORT = {
    "saving ratio": Decimal(10),
    "usd per mtok": Decimal(10) ** 5,
    "projected usd": Decimal(10) ** 6,
}
ROUNDINGS = {
    "completeness": PERCENT,
    "claimed": WHOLE,
    "target low": WHOLE,
    "target high": WHOLE,
    "saving ratio": TENTH_OF_PERCENT,
    "usd per mtok": MTOK,
    **dict.fromkeys(
        ("first crossing", "for good above", "pays first", "pays for good"), THREE_DIGITS
    ),
    **dict.fromkeys(("drawn in order", "drawn step"), THREE_DIGITS),
    "break-even month": MONTH,
    **dict.fromkeys(
        ("overall", "low", "high", "own", "evidenced", "score", "projected score"), LEVEL
    ),
}


# The families of figures that are money: shown in the scenario's currency, frozen in USD.
MONEY = {
    *("usd", "saving", "usd per mtok", "in order", "drawn in order", "fair share", "cheapest"),
    *("cheapest allowed", "step", "usd after step", "drawn step", "horizon saving", "action"),
    *("projected usd", "anti-pattern"),
}


def truth_of(payload: JsonMapping) -> dict[Key, Any]:
    """Every figure that a frozen payload holds and more than one place shows, as it is shown."""
    rate = payload.get("currency", {"units_per_usd": 1})["units_per_usd"]
    return {
        key: value * rate if key[0] in MONEY and value is not None else value
        for key, value in _frozen(payload).items()
    }


def _frozen(payload: JsonMapping) -> dict[Key, Any]:
    scores = payload["scores"]
    figures: dict[Key, Any] = {(name,): scores[name] for name in ("overall", "low", "high")}
    figures["completeness",] = scores["completeness"]
    figures["own",] = (scores["own"] or {}).get("overall")
    for item in payload["framework"]["dimensions"]:
        score, target = scores["dimensions"][item["key"]], payload["targets"][item["key"]]
        for name in ("claimed", "evidenced", "score", "low", "high"):
            figures[name, item["title"]] = score[name]
        for name in ("low", "high"):
            figures[f"target {name}", item["title"]] = target[name]
    figures.update(_economics(payload["results"], payload.get("recommendation")))
    figures.update(_plan(payload))
    for found in payload["anti_patterns"]:
        figures["anti-pattern", found["key"]] = found["usd_per_month"]
    return figures


ADVISED = ("recommended_today", "recommended")
STRATEGIES = ("baseline", "prompt_caching", "routed_api", "optimized_api", "self_hosted", "hybrid")
STRATEGIES += ("hosted_open", "hybrid_hosted")


def _economics(results: JsonMapping | None, whole: JsonMapping | None) -> Iterator[tuple[Key, Any]]:
    if results is None:
        return
    for key in (*STRATEGIES, "current"):
        row = results["strategies"].get(key, {})
        yield ("usd", key), row.get("usd_per_month")
        yield ("saving", key), row.get("saving_usd_per_month")
        yield ("saving ratio", key), row.get("saving_ratio")
        yield ("usd per mtok", key), row.get("usd_per_mtok")
    for lever, saving in results["waterfall"].items():
        yield ("in order", lever), saving
        yield ("drawn in order", lever), saving
        yield ("fair share", lever), results["shapley"][lever]
    for choice in ("recommended", "recommended_today"):
        yield ("usd", choice), results[choice]["usd_per_month"]
    held_back = set(results["recommended_today"]["held_back"]) - set(
        results["strategies"]["current"]["levers"]
    )
    subsets = [(each["usd_per_month"], set(each["levers"])) for each in results["subsets"]]
    yield ("cheapest",), min(usd for usd, _ in subsets)
    yield ("cheapest allowed",), min(usd for usd, levers in subsets if not levers & held_back)
    advice = whole or results["recommendation"]  # of all parts of the workload together
    usd = advice["spend_usd_per_month"]
    for step in advice["steps"]:
        key = f"{step['kind']}_{step['lever']}"
        usd -= step["saving_usd_per_month"]
        yield ("step", key), step["saving_usd_per_month"]
        yield ("usd after step", key), usd
        yield ("drawn step", key), step["saving_usd_per_month"]
    for item in results["crossovers"]:
        pair = (item["from"], item["to"])
        yield ("first crossing", *pair), item["first_requests_per_month"]
        yield ("for good above", *pair), item["dominance_requests_per_month"]
        yield ("crossings", *pair), len(item["cheaper_intervals"])
    yield from _pays(results)
    for item in results["break_even"]:
        yield ("break-even month", item["from"], item["to"]), item["month"]
        yield ("horizon saving", item["from"], item["to"]), item["saving_over_horizon_usd"]


def _pays(results: JsonMapping) -> Iterator[tuple[Key, Any]]:
    """Where each recommendation pays; that of today where no other comes later."""
    ways = [(results[name]["levers"], results[name].get("by_application")) for name in ADVISED]
    for item in results.get("recommended_crossovers", []):
        if item["to"] == ADVISED[0] or ways[0] != ways[1]:
            yield ("pays first", item["to"]), item["first_requests_per_month"]
            yield ("pays for good", item["to"]), item["dominance_requests_per_month"]
            yield ("pays in ranges", item["to"]), len(item["cheaper_intervals"])


def _plan(payload: JsonMapping) -> Iterator[tuple[Key, Any]]:
    roadmap = payload["roadmap"] or {}
    for phase in roadmap.get("phases", []):
        for action in phase["actions"]:
            yield ("action", action["title"]), action["usd_per_month"]
    for item in roadmap.get("projections", []):
        yield ("projected score", str(item["day"])), item["overall"]
        yield ("projected usd", str(item["day"])), item["usd_per_month"]


def disagreements(
    truth: Mapping[Key, Any], places: Mapping[str, Mapping[Key, object]], must: JsonMapping
) -> list[str]:
    """What is missing where it must stand, shown wrongly, or shown otherwise in another place."""
    faults = []
    for place, stands in places.items():
        wanted = {key for key in truth if _must_stand(key, truth[key], must[place])}
        faults += [f"{place}: {key} is missing" for key in sorted(wanted - set(stands))]
        faults += [
            f"{place}: {key} is shown of nothing" for key in sorted(set(stands) - set(truth))
        ]
    for key, value in truth.items():
        readings = {place: stands[key] for place, stands in places.items() if key in stands}
        faults += _differences(key, value, readings, _widest(truth, key[0]))
    return faults


def _widest(truth: Mapping[Key, Any], family: str) -> Decimal:
    """The largest figure of a family that tables write in short; zero for any other.

    Its table then writes the whole column in short.
    """
    if family not in IN_SHORT:
        return Decimal(0)
    of_family = (value for key, value in truth.items() if key[0] == family and value is not None)
    return max((abs(Decimal(str(value))) for value in of_family), default=Decimal(0))


def _must_stand(key: Key, value: Any, families: JsonMapping) -> bool:
    rule = families.get(key[0])
    return rule(key, value) if callable(rule) else rule is not None


def _exactness(family: str, truth: Decimal, widest: Decimal) -> Decimal:
    rounding = ROUNDINGS.get(family)
    if max(abs(truth), widest) >= IN_SHORT.get(family, LARGEST):
        rounding = THREE_DIGITS
    if rounding is None:
        size = abs(truth)
        rounding = CENTS if size < LARGE else WHOLE if size < LARGEST else THREE_DIGITS
    return rounding.of(truth)


def _differences(
    key: Key, value: Any, readings: Mapping[str, object], widest: Decimal
) -> list[str]:
    faults = []
    by_step: dict[Decimal, dict[str, Decimal]] = {}
    for place, text in readings.items():
        try:
            seen = shown(text)
        except ValueError as error:
            faults.append(f"{place}: {key}: {error}")
            continue
        if seen is None or value is None:
            if seen is not None or value is not None:
                faults.append(f"{place}: {key} shows {text!r}, it is {value!r}")
            continue
        true = Decimal(str(value))
        exact = abs(true) * Decimal("1e-9") + Decimal("1e-6")
        most = min(seen.step, _exactness(key[0], true, widest))
        if abs(seen.value - true) > most / 2 + exact:
            faults.append(f"{place}: {key} shows {text!r}, it is {value!r}")
        if seen.step:
            by_step.setdefault(seen.step, {})[place] = seen.value
    for alike in by_step.values():
        if len(set(alike.values())) > 1:
            faults.append(f"{key}: { ({place: str(each) for place, each in alike.items()}) }")
    return faults
