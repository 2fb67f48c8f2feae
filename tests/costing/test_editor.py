"""The scenario editor: every input within reach, and what it comes to while one types."""

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client as Browser
from lxml.html import fromstring
from pytest_django import DjangoAssertNumQueries

from costing.engine import parse_scenario
from costing.scenarios.content.profiles import WEEK_SHAPES
from costing.scenarios.forms import ScenarioForm
from organizations import tenancy
from organizations.models import AuditEvent
from tests.costing.cast import make_assessment, make_scenario, scenario_a
from tests.costing.test_views import AS_OF, SMALLEST_FORM, filled_in, page, scenarios, url
from tests.factories import load_price_book
from tests.queries import TENANT
from tests.world import World

WEEK = " ".join(str(1 + hour % 24) for hour in range(168))

TOGETHER = ("workload.requests_per_month", "premium_model.output_usd_per_mtok")
SAME_PAIR = {"pair-0-start": "baseline", "pair-0-end": "prompt_caching"}
PAIR = {
    "correlation-0-a": TOGETHER[0],
    "correlation-0-b": TOGETHER[1],
    "correlation-0-value": "0.5",
}


def made(**typed: str) -> ScenarioForm:
    data = QueryDict(mutable=True)
    data.update(SMALLEST_FORM | typed)
    form = ScenarioForm(data)
    form.is_valid()
    return form


def shown_again(document: dict[str, Any]) -> dict[str, Any]:
    """The document that comes of showing a stored one and sending it unchanged."""
    shown = ScenarioForm(document=document, initial={"title": "T"})
    data = QueryDict(mutable=True)
    for name, value in filled_in(shown).items():
        if isinstance(value, list):
            data.setlist(name, value)
        else:
            data[name] = value
    # Of the stored one only these are known again: a tier may be chosen because it is there.
    known = {key: document[key] for key in ("ranges", "correlations") if key in document}
    form = ScenarioForm(data, document=known)
    assert form.is_valid(), form.errors
    return form.document()


def test_every_input_of_a_scenario_survives_the_form() -> None:
    document = scenario_a()
    document["workload"] |= {
        "hourly_profile": [1 + hour % 24 for hour in range(168)],
        "prefix_hit_ratio": 0.8,
        "batch_ratio": 0.25,
        "agent_branching": 3,
        "agent_depth": 2,
    }
    document["premium_model"] |= {
        "batch_discount_ratio": 0.5,
        "tiers": [
            {"above_input_tokens": 200_000, "input_usd_per_mtok": 6, "output_usd_per_mtok": 22.5},
            {"above_input_tokens": 400_000, "cache_read_usd_per_mtok": 1.2},
        ],
    }
    document["pool"] |= {
        "hardware_usd_per_instance": 250_000,
        "amortization_months": 48,
        "power_kw_per_instance": 6.5,
        "pue_ratio": 1.3,
        "electricity_usd_per_kwh": 0.18,
        "spare_replicas": 1,
        "cold_start_minutes": 5,
        "interruption_overhead_ratio": 0.1,
        "prefix_hit_ratio": 0.4,
    }
    document |= {
        "current_levers": ["prompt_caching"],
        "ranges": {
            "workload.requests_per_month": {"low": 2_000_000, "high": 6_000_000},
            "routing.simple_ratio": {"low": 0.3, "high": 0.6},
            "premium_model.tiers.0.input_usd_per_mtok": {"low": 5, "high": 7},
        },
        "correlations": [
            {"a": "workload.requests_per_month", "b": "routing.simple_ratio", "value": -0.25},
            {"a": "premium_model.tiers.0.input_usd_per_mtok", "b": "pool.pue_ratio", "value": 0.5},
        ],
        "pairs": [
            {"from": "current", "to": "hybrid"},
            {"from": "baseline", "to": ["routing", "semantic_caching"]},
        ],
        "horizon_months": 48,
        "samples": 512,
        "seed": 7,
    }

    assert shown_again(document) == document
    parse_scenario(document)


def test_commitments_survive_the_form_and_terms_that_cannot_be_read_are_said() -> None:
    terms = {"usd_per_unit_hour": 0.85, "tokens_per_minute_per_unit": 13_000}
    rest = {"output_token_weight": 3, "min_units": 15, "unit_step": 5, "months": 12}
    document = scenario_a() | {"ranges": {}}
    document["premium_model"]["provisioned"] = terms | rest | {"units": 20}
    document["small_model"]["provisioned"] = terms | rest
    document["commitment"] = {"committed_usd_per_month": 900, "commitment_discount_ratio": 0.1}
    document["pool"] |= {"reserved_usd_per_instance_hour": 7, "regions": 2}

    assert parse_scenario(shown_again(document)) == parse_scenario(document)
    too_many = made(premium_model__provisioned="1 2 3 4 5 6 7 8")
    assert too_many.errors == {"premium_model__provisioned": ["There are at most 7 numbers."]}
    form = made(premium_model__provisioned="1 2")
    form.add_document_errors({"premium_model.provisioned.units": ["is wrong"]})
    assert form.errors["premium_model__provisioned"] == ["Is wrong."]


def opened(html: str) -> list[str]:
    """The folds that stand open, by their summary."""
    summaries = fromstring(html).xpath("//form[@data-unsaved]//details[@open]/summary")
    return [" ".join(each.text_content().split()) for each in summaries]


def test_editor_starts_with_three_questions_and_folds_the_rest(
    world: World, client: Browser
) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-create", assessment=assessment.pk)

    html = page(world, client, "consultant", f"{path}?trigger=")

    form = fromstring(html).xpath("//form[@data-unsaved]")[0]
    asked = form.xpath(".//fieldset[contains(@class, 'fieldset')]/legend[not(@class)]/text()")
    assert asked == [
        *("What do users ask for?", "Which model answers today?", "What runs already?")
    ]
    in_sight = form.xpath(
        ".//input[@type='text'][not(ancestor::details)]"
        "[not(ancestor::*[contains(@class, 'fieldset-figures')])]/@name"
    )
    assert in_sight == [
        "title",
        "workload__requests_per_month",
        "workload__input_tokens_per_call",
        "workload__output_tokens_per_call",
        "premium_model__catalog",
    ]
    assert opened(html) == []


def test_editor_says_that_a_cache_is_sold_for_an_hour_too(world: World, client: Browser) -> None:
    load_price_book(as_of=AS_OF)
    catalog = {
        "premium_model": {"catalog": "anthropic:claude-sonnet-4-5"},
        "small_model": {"catalog": "openai:gpt-4o-mini"},
    }
    scenario = make_scenario(world.organization, world.client, document=scenario_a() | catalog)

    html = page(world, client, "owner", url(world, "scenario-edit", scenario=scenario.pk))

    # Twice the input price of 3; OpenAI sells one lifetime.
    assert html.count("Its prompt cache is sold for an hour too, at 6.00 a write") == 1


def test_editor_opens_what_is_stated_and_what_a_part_needs(world: World, client: Browser) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-create", assessment=assessment.pk)

    # Its agents grow and routing is on, which needs a small model.
    html = page(world, client, "consultant", f"{path}?trigger=multi_agent")

    assert opened(html) == [
        "More about the workload: repeated prompts, hours, growth",
        "Agents, conversations, batches, images and sound",
        "Small model",
    ]


@pytest.mark.parametrize("shape", WEEK_SHAPES, ids=lambda shape: shape.key)
def test_typical_week_is_168_weights_that_the_form_knows_again(shape: Any) -> None:
    document = made(workload__shape=shape.key).document()

    assert document["workload"]["hourly_profile"] == list(shape.weights)
    assert len(shape.weights) == 168
    assert ScenarioForm(document=document)["workload__shape"].value() == shape.key
    assert ScenarioForm(document=document)["workload__hourly_profile"].value() == ""
    parse_scenario(document)


@pytest.mark.parametrize("between", [" ", "\n", "\t", ", ", ";"])
def test_pasted_week_may_come_from_anywhere(between: str) -> None:
    form = made(workload__hourly_profile=WEEK.replace(" ", between), workload__shape="office")

    assert form.document()["workload"]["hourly_profile"] == [1 + hour % 24 for hour in range(168)]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        (
            {"workload__hourly_profile": "1 2 3"},
            "workload__hourly_profile",
            "There are 3 numbers; a week has 168 hours.",
        ),
        (
            {"workload__hourly_profile": WEEK.replace("7", "seven", 1)},
            "workload__hourly_profile",
            "Write a number such as 3,000,000 or 0.45.",
        ),
        (
            {"premium_model__tiers": "200,000 1 2 3 4 5"},
            "premium_model__tiers",
            "A tier has a threshold and at most four prices.",
        ),
        ({"premium_model__tiers": "long 6"}, "premium_model__tiers", None),
        ({"premium_model__tiers": "200000 nan"}, "premium_model__tiers", None),
        (
            {"range-0-low": "5"},
            "range-0-path",
            "Choose the figure that this is the range of.",
        ),
        (
            {f"range-{n}-path": "workload.requests_per_month" for n in (0, 1)},
            "range-1-path",
            "This figure has a range already.",
        ),
        (
            {"range-0-path": "workload.batch_ratio", "range-0-high": "101"},
            "range-0-high",
            "Write a percentage from 0 to 100.",
        ),
        (
            {"range-0-path": "workload.monthly_growth_ratio", "range-0-high": "1001"},
            "range-0-high",
            "Write a percentage from -99.99 to 1,000.",
        ),
        (
            {"range-0-path": "workload.batch_ratio", "range-0-low": "-1"},
            "range-0-low",
            "Write a percentage from 0 to 100.",
        ),
        (
            {"range-0-path": "workload.requests_per_month", "range-0-low": "-1"},
            "range-0-low",
            "Write a number that is not negative.",
        ),
        (
            {"workload__monthly_growth_ratio": "-100"},
            "workload__monthly_growth_ratio",
            "Write a percentage from -99.99 to 1,000.",
        ),
        ({"range-0-path": "nothing.there"}, "range-0-path", None),
        ({"pair-0-start": "nobody"}, "pair-0-start", None),
        (
            {f"correlation-0-{end}": path for end, path in zip("ab", TOGETHER, strict=True)},
            "correlation-0-value",
            "A correlation needs two figures and a value.",
        ),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(
    typed: dict[str, str], field: str, said: str | None
) -> None:
    errors = made(**typed).errors

    assert list(errors) == [field]
    assert said is None or errors[field] == [said]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (
            {
                "range-2-path": "workload.requests_per_month",
                "range-2-low": "1",
                "range-2-high": "2",
            },
            "range-2-path",
        ),
        ({"range-0-path": "workload.requests_per_month", "range-0-low": "1"}, "range-0-high"),
        (
            {
                "range-0-path": "workload.requests_per_month",
                "range-0-low": "1",
                "range-0-high": "9e99",
            },
            "range-0-high",
        ),
        ({"pair-1-start": "baseline"}, "pair-1-end"),
        ({"pair-1-start": "baseline", "pair-1-end": "baseline"}, "pair-1-start"),
        (SAME_PAIR | {"pair-1-start": "baseline", "pair-1-end": "prompt_caching"}, "pair-1-start"),
        ({"premium_model__tiers": "5 9e99"}, "premium_model__tiers"),
        ({"workload__hourly_profile": "0 " * 168}, "workload__hourly_profile"),
        ({"samples": "0"}, "samples"),
        (PAIR | {"correlation-0-value": "2"}, "correlation-0-value"),
        (PAIR | {"correlation-0-b": TOGETHER[0]}, "correlation-0-value"),
        (PAIR | {key.replace("0", "1"): each for key, each in PAIR.items()}, "correlation-1-value"),
    ],
)
def test_what_the_engine_refuses_is_said_at_its_field(
    world: World, client: Browser, typed: dict[str, str], field: str
) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-create", assessment=assessment.pk)

    response = world.login(client, "consultant").post(f"{path}?trigger=", SMALLEST_FORM | typed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert scenarios(world) == []


def test_a_row_shows_short_names_and_assistive_technology_tells_which_row(
    world: World, client: Browser
) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-create", assessment=assessment.pk)

    html = world.login(client, "consultant").get(f"{path}?trigger=").content.decode()

    for name, shown, label in (
        ("range-1-low", "Low", "Figure 2, low"),
        ("correlation-1-b", "The other", "Pair 2, the other"),
        ("application-1-requests_per_month", "Requests", "Requests, application 2"),
    ):
        assert f'<label for="id_{name}">{shown}</label>' in html
        (field,) = re.findall(rf'<(?:input|select)[^>]* id="id_{name}"[^>]*>', html)
        assert f'aria-label="{label}"' in field


def test_form_with_more_rows_than_any_scenario_may_have_makes_no_more_fields() -> None:
    rows = {f"range-{number}-low": "1" for number in (99, 100, 99_999_999)}
    form = made(**rows, **{"range-TOTAL_FORMS": "100000000"})

    assert len(form.ranges.forms) == 100
    assert set(form.errors) == {"__all__", "range-99-path"}


def test_ranges_of_a_part_that_is_switched_off_go_with_it() -> None:
    ranged = {"range-0-path": "pool.min_replicas", "range-0-low": "1", "range-0-high": "2"}

    assert "ranges" not in made(**ranged).document()


def test_correlations_of_a_part_that_is_switched_off_go_with_it() -> None:
    off = PAIR | {"correlation-0-b": "pool.min_replicas"}

    assert made(**PAIR).document()["correlations"] == [
        {"a": TOGETHER[0], "b": TOGETHER[1], "value": 0.5}
    ]
    assert "correlations" not in made(**off).document()


def test_preview_shows_what_the_form_comes_to_and_keeps_nothing(
    world: World, client: Browser
) -> None:
    assessment = make_assessment(world.organization, world.client, integrity=3, hosting=2)
    path = url(world, "scenario-preview", assessment=assessment.pk)
    with tenancy.enter(organization_id=world.organization.pk):
        events = AuditEvent.objects.count()

    response = world.login(client, "consultant").post(path, SMALLEST_FORM | {"title": ""})

    # 3 M × (3,200 × 3 + 350 × 15) / 10⁶ = 28,800 + 15,750
    text = " ".join(response.content.decode().split())
    assert response.status_code == 200
    assert "<dd>$44,550</dd>" in text
    assert "<html" not in text
    assert scenarios(world) == []
    with tenancy.enter(organization_id=world.organization.pk):
        assert AuditEvent.objects.count() == events


def test_preview_of_an_edit_prices_what_is_typed_over_what_is_stored(
    world: World, client: Browser
) -> None:
    scenario = make_scenario(world.organization, world.client)
    path = url(world, "scenario-edit-preview", scenario=scenario.pk)
    form = world.login(client, "owner").get(url(world, "scenario-edit", scenario=scenario.pk))
    typed = filled_in(form.context["form"])

    response = client.post(path, typed | {"workload__requests_per_month": "6,000,000"})

    html = response.content.decode()
    assert "<dd>$89,100</dd>" in html  # twice 44,550
    assert "first gets cheaper at 8.87" in html
    assert scenarios(world)[0].document == scenario.document


def test_preview_of_a_figure_that_left_its_range_prices_it_and_says_so(
    world: World, client: Browser
) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-preview", assessment=assessment.pk)
    ranged = {
        "range-0-path": "workload.requests_per_month",
        "range-0-low": "1",
        "range-0-high": "2",
    }

    html = world.login(client, "consultant").post(path, SMALLEST_FORM | ranged).content.decode()

    assert "<dd>$44,550</dd>" in html
    assert "Before it can be saved, these fields need another look:" in html
    assert '<a href="#id_range-0-path">Figure 1</a>: Must contain' in html


def test_preview_names_each_field_that_stands_in_the_way(world: World, client: Browser) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-preview", assessment=assessment.pk)
    typed = SMALLEST_FORM | {
        "workload__requests_per_month": "many",
        "workload__prefix_tokens_per_call": "9999",
    }

    first = world.login(client, "consultant").post(path, typed).content.decode()
    second = client.post(path, typed | {"workload__requests_per_month": "5"}).content.decode()

    assert '<a href="#id_workload__requests_per_month">Requests</a>: Write a number' in first
    assert '<a href="#id_workload__prefix_tokens_per_call">Repeated prefix</a>: Must' in second


@pytest.mark.parametrize("hostile", ["\0", "1e308", "nan", "-1", "9" * 400, "<b>", "‮5"])
def test_preview_of_hostile_figures_is_no_error(
    world: World, client: Browser, hostile: str
) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-preview", assessment=assessment.pk)
    names = [name for name in ScenarioForm().fields if name != "version"]
    browser = world.login(client, "consultant")

    responses = [
        browser.post(path, SMALLEST_FORM | dict.fromkeys(names, hostile)),
        browser.post(path, SMALLEST_FORM | {"with_pool": "on", "with_routing": hostile}),
    ]

    assert [response.status_code for response in responses] == [200, 200]
    assert "<b>" not in responses[0].content.decode()


def test_preview_leaves_out_a_part_that_is_not_complete_and_says_what_it_needs(
    world: World, client: Browser
) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-preview", assessment=assessment.pk)
    routed = {"with_routing": "on", "routing__simple_ratio": "40"}

    html = world.login(client, "consultant").post(path, SMALLEST_FORM | routed).content.decode()

    assert "<dd>$44,550</dd>" in html
    assert "Choose where simple calls go, or switch routing off." in html
    assert "Not assessed yet" in html
    assert "No saving is found in what is described so far." in html


def test_summary_needs_no_script(world: World, client: Browser) -> None:
    scenario = make_scenario(world.organization, world.client)
    path = url(world, "scenario-edit", scenario=scenario.pk)

    response = world.login(client, "consultant").post(path, SMALLEST_FORM | {"action": "preview"})

    html = response.content.decode()
    assert response.status_code == 200
    assert "<dd>$44,550</dd>" in html
    assert 'name="action" value="preview"' in html
    assert scenarios(world)[0].version == 1


def test_preview_asks_the_database_little(
    world: World, client: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    scenario = make_scenario(world.organization, world.client)
    path = url(world, "scenario-edit-preview", scenario=scenario.pk)
    world.login(client, "consultant")

    with django_assert_max_num_queries(TENANT + 5):
        client.post(path, SMALLEST_FORM)


def test_tilde_calls_a_figure_a_guess_until_it_is_taken_away() -> None:
    guessed = made(workload__requests_per_month="~3,000,000", workload__batch_ratio="≈ 20")
    assert not guessed.errors
    kept = {"document": guessed.document(), "origins": guessed.origins()}

    shown = ScenarioForm(**kept)
    sent = QueryDict(mutable=True)
    names = ("workload__requests_per_month", "workload__batch_ratio")
    sent.update(SMALLEST_FORM | {name: shown[name].value() for name in names})
    same = ScenarioForm(sent.copy(), **kept)
    sent["workload__requests_per_month"] = "3000000"
    sure = ScenarioForm(sent, **kept)

    assert guessed.document()["workload"]["requests_per_month"] == 3_000_000
    assert sorted(guessed.origins()) == ["workload.batch_ratio", "workload.requests_per_month"]
    assert shown["workload__requests_per_month"].value() == "~3,000,000"
    assert shown["workload__batch_ratio"].value() == "~20"
    assert same.is_valid()
    assert same.origins() == guessed.origins()
    assert sure.is_valid()
    assert sorted(sure.origins()) == ["workload.batch_ratio"]


@pytest.mark.parametrize("typed", ["~", "~ ", "~~3", "3~", "~-5"])
def test_tilde_without_a_number_is_refused(typed: str) -> None:
    assert "workload__requests_per_month" in made(workload__requests_per_month=typed).errors


def test_tilde_where_nothing_can_be_guessed_is_refused() -> None:
    assert "horizon_months" in made(horizon_months="~36").errors
