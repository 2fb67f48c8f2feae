"""The public demo console: the engine's own figures, whatever is sent, and nothing kept."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from assessments.framework import load_framework
from assessments.scoring import score
from costing.catalog.documents import read_document
from costing.engine import estimate, estimate_document, parse_scenario
from costing.engine.recommended_crossovers import recommended_crossovers
from presentation.numbers import usd
from reports.demo.console import FILE, console_page
from reports.demo.sliders import SLIDERS
from reports.documents.assess_file import parse_assess_file
from tests.world import World

PAGE = reverse("reports:demo-console")
MOVE = reverse("reports:demo-economics")
NAMES = [slider.name for slider in SLIDERS]


def demo_document() -> dict:
    """The demonstration's scenario at the maturity that its answers come to, one pair compared.

    Its ranges are left out: a slider may leave them, and futures take too long for a move.
    """
    file = parse_assess_file(read_document(str(FILE)))
    maturity = score(load_framework(), file.answers).maturity
    pairs = [{"from": "prompt_caching", "to": "self_hosted"}]
    return {**file.scenario_document, "maturity": maturity, "pairs": pairs, "ranges": None}


def engine_result(document: dict) -> dict:
    found = estimate(parse_scenario(document), load_framework().requirements)
    pays = recommended_crossovers(found)
    return estimate_document(replace(found, recommended_crossovers=pays))


class Fields(HTMLParser):
    """What a page's form sends, the attributes that stand on it, and code inside it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.attributes: set[str] = set()
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.attributes |= set(given)
        if tag == "input" and given.get("name"):
            self.sent[str(given["name"])] = str(given.get("value"))
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)


def text_of(content: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content.decode()))


def test_start_equals_the_engine() -> None:
    expected = engine_result(demo_document())

    page = console_page({})

    assert page["economics"].result == expected
    assert page["remarks"] == ()


def test_start_of_every_slider_is_one_of_its_positions() -> None:
    steps = {
        slider.name: (float(text) - slider.low) / slider.step
        for slider, text in console_page({})["sliders"]
    }

    # 29 steps of 100,000 above 100,000; 30 of 100 above 200; 75 %; 34 of 10 above 10; 45 %; 12 %;
    # 22 of 0.50 above 1.00; 10 of 0.1 above level 1.
    assert list(steps) == NAMES
    assert [round(step, 9) for step in steps.values()] == [29, 30, 75, 34, 45, 12, 22, 10]


def test_moved_sliders_equal_the_engine() -> None:
    document = demo_document()
    document["workload"] |= {
        "requests_per_month": 9_000_000.0,
        "input_tokens_per_call": 4000.0,
        "prefix_tokens_per_call": 1000.0,  # 25 % of 4,000
        "output_tokens_per_call": 500.0,
    }
    document["routing"] |= {"simple_ratio": 0.6}
    document["semantic_cache"] |= {"hit_ratio": 0.2}
    document["pool"] |= {"usd_per_instance_hour": 8.5}
    document["maturity"] |= {"integrity": 3.4}

    page = console_page(
        {
            "requests_per_month": "9e6",
            "input_tokens_per_call": "4000",
            "prefix_percent": "25",
            "output_tokens_per_call": "500",
            "simple_percent": "60",
            "semantic_hit_percent": "20",
            "usd_per_instance_hour": "8.5",
            "integrity_score": "3.4",
        }
    )

    assert page["economics"].result == engine_result(document)
    assert page["remarks"] == ()


def test_page_shows_the_engines_figures(client: Browser) -> None:
    result = engine_result(demo_document())
    now = usd(result["strategies"]["current"]["usd_per_month"])
    today = usd(result["recommended_today"]["usd_per_month"])

    response = client.get(PAGE)

    assert f"{today} instead of {now} a month" in text_of(response.content)


def test_integrity_frees_the_levers_that_it_held_back() -> None:
    low = console_page({"integrity_score": "2.9"})["page"]
    high = console_page({"integrity_score": "3"})["page"]

    assert [lever.title for lever in low.held_back] == [
        "Routing",
        "Semantic caching",
        "Self-hosting",
    ]
    # Hosting is at level 1, and self-hosting asks for 2.
    assert [lever.title for lever in high.held_back] == ["Self-hosting"]
    assert high.today.usd_per_month < low.today.usd_per_month


@pytest.mark.parametrize("path", [PAGE, MOVE])
def test_console_asks_the_database_nothing(
    db: None, client: Browser, django_assert_num_queries: DjangoAssertNumQueries, path: str
) -> None:
    with django_assert_num_queries(0):
        response = client.get(path, {"requests_per_month": "5000000"})

    assert response.status_code == 200


@pytest.mark.parametrize("path", [PAGE, MOVE])
def test_console_sets_no_cookie_and_stays_in_the_visitors_own_cache(
    client: Browser, path: str
) -> None:
    response = client.get(path)

    assert response.cookies == {}
    assert response.headers["Cache-Control"] == "private, max-age=300"


def test_console_knows_nobody_who_is_signed_in(world: World, client: Browser) -> None:
    response = world.login(client, "owner").get(PAGE)

    assert world.organization.name not in response.content.decode()
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", [PAGE, MOVE])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_console_takes_nothing_in(client: Browser, path: str, method: str) -> None:
    assert client.generic(method, path).status_code == 405


def test_form_works_without_script(client: Browser) -> None:
    first = Fields(client.get(PAGE).content.decode())

    moved = client.get(PAGE, first.sent | {"requests_per_month": "10000000"})

    again = Fields(moved.content.decode())
    expected = console_page({"requests_per_month": "10000000"})["page"].current
    assert list(first.sent) == NAMES
    assert again.sent == first.sent | {"requests_per_month": "10000000"}
    assert f"{usd(expected.usd_per_month)} a month" in text_of(moved.content)


def test_page_holds_no_inline_code(client: Browser) -> None:
    found = Fields(client.get(PAGE).content.decode())

    assert found.inline == []
    assert not {name for name in found.attributes if name == "style" or name.startswith("on")}


def test_move_answers_the_pages_own_fragment_and_its_address(client: Browser) -> None:
    page = client.get(PAGE, {"simple_percent": "70"}).content.decode()
    response = client.get(MOVE, {"simple_percent": "70"})

    fragment, _, summary = response.content.decode().partition('<div id="console-summary"')
    shown = dict(pair.split("=") for pair in response["HX-Replace-Url"].split("?")[1].split("&"))
    assert fragment.strip() in page
    assert summary.startswith(' hx-swap-oob="innerHTML"')
    assert response["HX-Replace-Url"].startswith(f"{PAGE}?")
    assert shown == Fields(page).sent


@pytest.mark.parametrize(
    ("sent", "figure", "remark"),
    [
        ("4e7", "30000000", "Requests: the console goes from 100,000 to 30,000,000; 30,000,000"),
        ("-1", "100000", "Requests: the console goes from 100,000 to 30,000,000; 100,000"),
        ("nan", "3000000", "Requests: that is not a number, so 3,000,000 stands instead."),
        ("-inf", "3000000", "Requests: that is not a number, so 3,000,000 stands instead."),
        ("9" * 50, "3000000", "Requests: that is not a number, so 3,000,000 stands instead."),
        ("", "3000000", "Requests: that is not a number, so 3,000,000 stands instead."),
        ("<b>\0", "3000000", "Requests: that is not a number, so 3,000,000 stands instead."),
    ],
)
def test_figure_out_of_place_is_put_right_and_said(
    client: Browser, sent: str, figure: str, remark: str
) -> None:
    response = client.get(PAGE, {"requests_per_month": sent})

    assert response.status_code == 200
    assert Fields(response.content.decode()).sent["requests_per_month"] == figure
    assert remark in text_of(response.content)


hostile = st.one_of(
    st.text(max_size=60),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
    st.integers().map(str),
    st.sampled_from(["-0", "1e999", "1e-999", "0x10", "1_0", "٣", "½", "NaN", "9" * 5000]),
)


@settings(max_examples=60, deadline=None)
@given(query=st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=20), hostile, max_size=9))
def test_whatever_is_sent_the_figures_are_finite(query: dict[str, str]) -> None:
    response = Browser().get(MOVE, query)

    assert response.status_code == 200
    assert not re.search(r"\b(nan|NaN|inf|Infinity|None)\b", response.content.decode())


@settings(max_examples=60, deadline=None)
@given(
    query=st.fixed_dictionaries(
        {each.name: st.floats(each.low, each.high).map(str) for each in SLIDERS}
    )
)
def test_every_place_of_the_sliders_is_priced_as_it_stands(query: dict[str, str]) -> None:
    page = console_page(query)

    assert page["remarks"] == ()
    assert list(page["economics"].result["strategies"]) == [
        "baseline",
        "prompt_caching",
        "routed_api",
        "optimized_api",
        "self_hosted",
        "hybrid",
        "current",
    ]


def test_page_says_at_which_volumes_what_is_recommended_pays(client: Browser) -> None:
    shown = text_of(client.get(PAGE).content).replace("\N{NO-BREAK SPACE}", " ")

    assert re.search(r"What is recommended today pays from [\d.]+ [kM] requests a month on", shown)


@pytest.mark.parametrize(
    ("kept", "said"), [((), "nothing to save today"), (("It stays.",), "no change pays")]
)
def test_summary_of_what_stays_at_a_loss_does_not_call_it_nothing_to_save(
    kept: tuple[str, ...], said: str
) -> None:
    page = SimpleNamespace(
        today=SimpleNamespace(saves=False),
        current=SimpleNamespace(usd_per_month=450.0),
        kept_at_a_loss=kept,
    )

    shown = render_to_string("reports/_demo_summary.html", {"page": page})

    assert f"a month, {said}" in text_of(shown.encode())
