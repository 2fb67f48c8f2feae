"""What usage is good for: scenarios of it, claims held against it, a bill explained by it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from assessments.models import Assessment
from assessments.selectors import scores_compute
from costing.catalog import price_overrides
from costing.catalog.models import ModelPrice
from costing.scenarios import measured
from costing.scenarios import selectors as scenario_selectors
from costing.scenarios.archive import KINDS, restore
from costing.scenarios.economics import request_economics
from costing.scenarios.models import EconomicsResult, Scenario
from costing.usage import selectors as usage_selectors
from costing.usage import services as usage_services
from costing.usage.columns import Columns
from costing.usage.models import UsageCell, UsageImport
from costing.usage.reconciling import Parts
from jobs.services import run_due_jobs
from organizations import tenancy
from organizations.exceptions import Conflict, Invalid
from organizations.models import AuditEvent
from reports.snapshots.mapping import frozen_assessment
from tests.costing.cast import USAGE, api_only, import_usage, make_assessment, make_scenario
from tests.permission_table import SHARED
from tests.queries import MAX_CAPTURED
from tests.world import World

MODELS = "time,model,calls,input_tokens,cached_tokens,output_tokens,cost\n"


@pytest.fixture
def assessment(world: World) -> Assessment:
    SHARED["price_book"]()
    return make_assessment(
        world.organization, world.client, integrity=3, hosting=2, caching=4, routing=3
    )


def contradictions(world: World, assessment: Assessment) -> dict[str, list[str]]:
    """The kinds of contradictions, by dimension."""
    with tenancy.enter(organization_id=world.organization.pk):
        scores = scores_compute(Assessment.objects.get(pk=assessment.pk))
    return {
        key: [each.kind for each in item.contradictions]
        for key, item in scores.dimensions.items()
        if item.contradictions
    }


def usage(*, read: int, top: str) -> str:
    """A file whose input was read from a cache for so many percent, and a model's spend."""
    rows = f"2026-11-02T10:10:00Z,maker:large,1,100,{read},10,{top}\n"
    return MODELS + rows + "2026-11-02T11:10:00Z,maker:small,1,0,0,0,5\n"


def test_usage_refutes_claims_of_caching_and_routing(world: World, assessment: Assessment) -> None:
    assert contradictions(world, assessment) == {}

    # 19 % read from a cache against level 4; 96 of 101 USD, 95.05 %, for one model against level 3.
    import_usage(world.organization, assessment, usage(read=19, top="96"))

    refuted = contradictions(world, assessment)
    assert sorted(refuted) == ["caching", "routing"]
    assert [len(kinds) for kinds in refuted.values()] == [1, 1]


def test_usage_at_the_bounds_refutes_nothing(world: World, assessment: Assessment) -> None:
    # Exactly 20 % read, exactly 95 of 100 USD.
    import_usage(world.organization, assessment, usage(read=20, top="95"))

    assert contradictions(world, assessment) == {}


def test_an_archived_import_refutes_nothing_until_it_is_restored(
    world: World, assessment: Assessment
) -> None:
    row = import_usage(world.organization, assessment, usage(read=0, top="96"))
    assert contradictions(world, assessment) != {}

    with tenancy.enter(organization_id=world.organization.pk):
        usage_services.archive_usage_import(by=world.actor("owner"), usage_import=row)
        measured = AuditEvent.objects.filter(verb="assessment.measured").count()
        without = usage_selectors.measured_usage(assessment)

    assert contradictions(world, assessment) == {}
    assert measured == 2
    assert (without.top_model_spend_ratio, without.prefix_hit_ratio) == (None, None)
    [kind] = [each for each in KINDS if each.name == "usage_import"]
    with tenancy.enter(organization_id=world.organization.pk):
        restore(by=world.actor("owner"), kind=kind, row=row)
    assert contradictions(world, assessment) != {}


def test_costs_alone_refute_nothing(world: World, assessment: Assessment) -> None:
    text = (
        "BilledCost,ServiceCategory,ChargePeriodStart,ChargePeriodEnd,SkuMeter\n"
        "9,AI and Machine Learning,2026-11-02T00:00:00Z,2026-11-03T00:00:00Z,large\n"
    )

    import_usage(world.organization, assessment, text)

    assert contradictions(world, assessment) == {}


def test_without_a_bill_the_price_book_tells_the_spend(
    world: World, assessment: Assessment
) -> None:
    text = "time,model,input_tokens,output_tokens\n2026-11-02T10:00:00Z,maker:large,1000,100\n"

    import_usage(world.organization, assessment, text)

    assert "routing" in contradictions(world, assessment)


def test_the_scorecard_page_and_a_snapshot_show_the_contradiction(
    world: World, assessment: Assessment
) -> None:
    import_usage(world.organization, assessment, usage(read=0, top="96"))
    path = reverse(
        "assessments:scorecard",
        kwargs={"org": world.organization.slug, "assessment": assessment.pk},
    )

    page = world.login(Browser(), "viewer").get(path).content.decode()
    with tenancy.enter(organization_id=world.organization.pk):
        whole = Assessment.objects.select_related("organization", "client", "framework").get(
            pk=assessment.pk
        )
        payload = frozen_assessment(whole).document()

    kinds = [each["kind"] for each in payload["scores"]["dimensions"]["caching"]["contradictions"]]
    texts = [each["text"] for each in payload["scores"]["dimensions"]["caching"]["contradictions"]]
    assert len(kinds) == 1
    assert payload["measured"] == {"cache_read_ratio": 0.0, "top_model_spend_ratio": 0.950495}
    assert texts[0] in page
    assert "usage.csv" in page


def test_measured_spend_shows_in_the_anti_patterns(world: World, assessment: Assessment) -> None:
    import_usage(world.organization, assessment, usage(read=0, top="96"))
    scenario = make_scenario(world.organization, world.client, assessment=assessment)
    with tenancy.enter(organization_id=world.organization.pk):
        request_economics(by=world.actor("owner"), scenario=scenario)
    run_due_jobs()

    with tenancy.enter(organization_id=world.organization.pk):
        patterns = EconomicsResult.objects.get(scenario=scenario).anti_patterns

    evidence = {each["key"]: each["evidence"] for each in patterns}
    assert "One model takes 95 % of the measured spend." in evidence["one_model_for_everything"]


def test_a_scenario_of_usage_says_where_its_figures_come_from(
    world: World, assessment: Assessment
) -> None:
    row = import_usage(world.organization, assessment)

    with tenancy.enter(organization_id=world.organization.pk):
        scenario = measured.measure_scenario(
            by=world.actor("consultant"),
            usage_import=row,
            scenario=None,
            given=measured.MeasuredInput(reference="maker:large", source_url="/here/"),
        )

    # 5 calls on a Monday, 5 × 6 × 730 / 168; 4500 tokens in, 900 out.
    workload = scenario.document["workload"]
    assert workload["requests_per_month"] == 130.36
    assert workload["input_tokens_per_call"] == 900.0
    assert workload["output_tokens_per_call"] == 180.0
    origin = scenario.origins["workload.requests_per_month"]
    assert origin["label"].startswith("Measured, imported on ")
    assert origin["source_url"] == "/here/"
    assert scenario.document["current_levers"] == ["prompt_caching"]


def test_a_log_of_two_models_becomes_a_scenario_of_two(
    world: World, assessment: Assessment
) -> None:
    small = ModelPrice.objects.get(reference="maker:large")
    small.pk, small._state.adding = None, True
    small.reference, small.model, small.model_name = "maker:small", "small", "Small"
    small.input_usd_per_mtok, small.output_usd_per_mtok = Decimal("0.15"), Decimal("0.6")
    small.save()
    text = MODELS + "".join(
        f"2026-11-0{day}T10:00:00Z,maker:large,10,40000,0,5000,0.195\n"
        f"2026-11-0{day}T10:00:00Z,maker:small,30,15000,0,1500,0.00315\n"
        for day in range(2, 7)
    )
    row = import_usage(world.organization, assessment, text)

    with tenancy.enter(organization_id=world.organization.pk):
        scenario = measured.measure_scenario(
            by=world.actor("consultant"),
            usage_import=row,
            scenario=None,
            given=measured.MeasuredInput(reference="maker:large", source_url="/here/"),
        )

    assert scenario.document["small_model"] == {"catalog": "maker:small"}
    assert scenario.document["routing"] == {"simple_ratio": 0.75}
    assert scenario.document["current_levers"] == ["routing"]
    assert scenario.origins["routing.simple_ratio"]["basis"] == "measured"
    page = world.login(Browser(), "viewer").get(
        reverse(
            "usage:usage-import-detail",
            kwargs={"org": world.organization.slug, "usage_import": row.pk},
        )
    )
    assert "What runs today" in page.content.decode()
    assert "Small: maker:small." in page.content.decode()


def test_usage_goes_into_a_scenario_and_leaves_the_rest(
    world: World, assessment: Assessment
) -> None:
    row = import_usage(world.organization, assessment)
    document = api_only()
    document["workload"] |= {"calls_per_request": 2, "monthly_growth_ratio": 0.1}
    document["ranges"] = {"workload.requests_per_month": {"low": 1, "high": 5000}}
    scenario = make_scenario(
        world.organization, world.client, assessment=assessment, document=document
    )

    with tenancy.enter(organization_id=world.organization.pk):
        saved = measured.measure_scenario(
            by=world.actor("consultant"),
            usage_import=row,
            scenario=scenario_selectors.scenario_get(scenario.pk),
            given=measured.MeasuredInput(),
        )

    # 130.36 calls a month are half as many requests of two calls.
    workload = saved.document["workload"]
    assert (workload["requests_per_month"], workload["calls_per_request"]) == (65.18, 2)
    assert workload["monthly_growth_ratio"] == 0.1
    assert saved.document["premium_model"] == document["premium_model"]
    # The stated range gave way to the measured one.
    ends = saved.document["ranges"]["workload.requests_per_month"]
    assert 1 < ends["low"] < 65.18 < ends["high"] < 5000
    assert saved.version == 2


APPS = "time,model,app,calls,input_tokens,cached_tokens,output_tokens\n" + "".join(
    f"2026-11-{day:02}T{hour:02}:00:00Z,maker:large,{app},{calls},{calls * size},0,{calls * 100}\n"
    for day in range(2, 16)
    for app, hour, calls, size in (("Chat", 9, 20, 500), ("Reports", 22, 5, 8000))
)


def put_by_group(world: World, row: UsageImport, scenario: Scenario | None = None) -> Scenario:
    with tenancy.enter(organization_id=world.organization.pk):
        return measured.measure_scenario(
            by=world.actor("consultant"),
            usage_import=row,
            scenario=scenario and scenario_selectors.scenario_get(scenario.pk),
            given=measured.MeasuredInput(reference="maker:large", by_group=scenario is None),
        )


def test_usage_that_is_split_becomes_applications(world: World, assessment: Assessment) -> None:
    row = import_usage(
        world.organization, assessment, APPS, columns=Columns(split_by="application")
    )

    scenario = put_by_group(world, row)

    # The one with most tokens is the first.
    reports, chat = scenario.document["applications"]
    assert (reports["key"], reports["title"], chat["key"]) == ("reports", "Reports", "chat")
    # 20 and 5 calls on each of the seven days of a week: 140 and 35 × 730 / 168 a month.
    assert chat["workload"]["requests_per_month"] == round(140 * 730 / 168, 2) == 608.33
    assert reports["workload"]["requests_per_month"] == 152.08
    assert scenario.document["workload"]["requests_per_month"] == pytest.approx(760.41)
    assert (
        chat["workload"]["input_tokens_per_call"],
        chat["workload"]["output_tokens_per_call"],
    ) == (
        500.0,
        100.0,
    )
    # Each has its own hours: all of them at 9 or at 22 UTC.
    busy = [
        [at for at, x in enumerate(app["workload"]["hourly_profile"]) if x]
        for app in (chat, reports)
    ]
    assert busy == [[day * 24 + hour for day in range(7)] for hour in (9, 22)]
    assert scenario.origins["applications.1.workload.input_tokens_per_call"]["basis"] == "measured"
    page = world.login(Browser(), "viewer").get(
        reverse("usage:usage-import-detail", args=["acme", row.pk])
    )
    assert "Whose calls they are" in page.content.decode()


def test_usage_that_is_split_fills_the_applications_of_its_names(
    world: World, assessment: Assessment
) -> None:
    split = Columns(split_by="application")
    row = import_usage(world.organization, assessment, APPS, columns=split)
    document = api_only() | {
        "applications": [
            {"key": "chat", "share": 0.75, "levers_allowed": ["prompt_caching"]},
            {"key": "r", "title": "Reports", "share": 0.25},
        ]
    }
    scenario = make_scenario(
        world.organization, world.client, assessment=assessment, document=document
    )
    document["applications"][1]["title"] = "Search"
    other = make_scenario(
        world.organization, world.client, assessment=assessment, document=document
    )
    unsplit = import_usage(world.organization, assessment)

    document = put_by_group(world, row, scenario).document
    refusals = []
    for usage, into in ((row, other), (unsplit, scenario)):
        with pytest.raises(Invalid) as raised:
            put_by_group(world, usage, into)
        refusals.append(raised.value.fields["scenario"][0])

    applications = document["applications"]
    assert [(each["key"], "share" in each) for each in applications] == [
        ("chat", False),
        ("r", False),
    ]
    assert applications[0]["levers_allowed"] == ["prompt_caching"]
    assert applications[1]["workload"]["input_tokens_per_call"] == 8000.0
    assert "Its applications Search have a share" in refusals[0]
    assert "import usage that is split" in refusals[1]


def test_a_scenario_of_another_assessment_is_refused(world: World, assessment: Assessment) -> None:
    row = import_usage(world.organization, assessment)
    other = make_scenario(world.organization, world.client)

    with tenancy.enter(organization_id=world.organization.pk), pytest.raises(Invalid) as raised:
        measured.measure_scenario(
            by=world.actor("owner"),
            usage_import=row,
            scenario=scenario_selectors.scenario_get(other.pk),
            given=measured.MeasuredInput(),
        )

    assert list(raised.value.fields) == ["scenario"]


def post(world: World, row: UsageImport, **fields: str) -> Any:
    names = {"org": world.organization.slug, "usage_import": row.pk}
    path = reverse("scenarios:usage-scenario", kwargs=names)
    return world.login(Browser(), "consultant").post(path, fields)


def test_pages_make_a_scenario(world: World, assessment: Assessment) -> None:
    row = import_usage(world.organization, assessment)

    unknown = post(world, row, model="maker:none")
    nowhere = post(world, row, scenario="00000000-0000-4000-8000-000000000000")
    created = post(world, row, model="maker:large")

    assert (unknown.status_code, nowhere.status_code, created.status_code) == (422, 422, 302)
    assert "has no model" in unknown.content.decode()
    with tenancy.enter(organization_id=world.organization.pk):
        [scenario] = Scenario.objects.filter(assessment=assessment)
    assert f"/scenarios/{scenario.pk}/" in created["Location"]


def test_a_source_without_calls_asks_for_them(world: World, assessment: Assessment) -> None:
    text = "date,model,input_tokens,output_tokens\n2026-11-02,maker:large,730000,73000\n"
    row = import_usage(world.organization, assessment, text)

    asked = post(world, row, model="maker:large")
    created = post(world, row, model="maker:large", calls_per_month="30000")

    assert (asked.status_code, created.status_code) == (422, 302)
    assert "counts no calls" in asked.content.decode()


# The book of the tests: maker:large at 3 in and 15 out, without a cache price.
BILL = MODELS + (
    # 2 M × 3 + 0.1 M × 15 = 7.50, billed 6.75: a tenth off.
    "2026-11-02T10:00:00Z,maker:large,10,2000000,0,100000,6.75\n"
    "2026-11-02T10:00:00Z,house:secret,1,1000,0,100,0.4\n"
)


def test_a_bill_is_explained_by_model_and_line(world: World, assessment: Assessment) -> None:
    row = import_usage(world.organization, assessment, BILL)

    with tenancy.enter(organization_id=world.organization.pk):
        compared = usage_selectors.usage_reconcile(row)

    assert (compared.billing.pk, compared.book.source) == (row.pk, "Test")
    assert (compared.result.predicted_usd, compared.result.billed_usd) == (
        Decimal("7.5"),
        Decimal("7.15"),
    )
    parts = compared.result.parts
    assert (parts.unexplained, parts.unknown_model) == (Decimal("-0.75"), Decimal("0.4"))
    assert parts.total == compared.result.difference_usd == Decimal("-0.35")


def test_long_calls_of_an_hour_are_stored_apart_and_priced_by_their_tier(
    world: World, assessment: Assessment
) -> None:
    # The book's tier above 200,000 tokens is 6 in and 22.50 out.
    rows = (
        "2026-11-02T10:00:00Z,maker:large,1,300000,0,1000,2\n"
        "2026-11-02T10:10:00Z,maker:large,10,10000,0,1000,0.045\n"
    )
    row = import_usage(world.organization, assessment, MODELS + rows)

    with tenancy.enter(organization_id=world.organization.pk):
        cells = UsageCell.objects.filter(usage_import=row).order_by("above_input_tokens")
        stored = list(cells.values_list("above_input_tokens", "calls", "uncached_input"))
        compared = usage_selectors.usage_reconcile(row)

    assert stored == [(0, 10, 10_000), (272_000, 1, 300_000)]
    # 0.3 × 6 + 0.001 × 22.50 = 1.8225, and 0.01 × 3 + 0.001 × 15 = 0.045.
    assert compared.result.predicted_usd == Decimal("1.8675")
    assert compared.result.parts == Parts(unexplained=Decimal("0.1775"))


def test_two_files_are_compared_in_the_hours_that_both_cover(
    world: World, assessment: Assessment
) -> None:
    header = "time,model,calls,input_tokens,output_tokens\n"
    logs = import_usage(
        world.organization,
        assessment,
        header + "2026-11-02T10:00:00Z,maker:large,10,1000000,0\n"
        "2026-11-05T10:00:00Z,maker:large,90,9000000,0\n",
    )
    bill = import_usage(
        world.organization,
        assessment,
        MODELS + "2026-11-01T10:00:00Z,maker:large,1,1,0,1,100\n"
        "2026-11-02T11:00:00Z,maker:large,15,1500000,0,0,4.5\n",
    )

    with tenancy.enter(organization_id=world.organization.pk):
        compared = usage_selectors.usage_reconcile(logs, billing=bill)

    # From the logs' first hour to before the bill's end: 1 M used, 1.5 M billed, both at 3.
    [model] = compared.result.models
    assert (model.predicted_usd, model.billed_usd) == (Decimal(3), Decimal("4.5"))
    assert model.parts == Parts(volume=Decimal("1.5"))


def test_days_that_the_bill_lacks_are_told_apart(world: World, assessment: Assessment) -> None:
    rows = "".join(
        f"2026-11-0{day}T10:00:00Z,maker:large,10,2000000,0,100000,\n" for day in (2, 3, 4)
    )
    row = import_usage(world.organization, assessment, MODELS + rows)
    header = (
        "BilledCost,ServiceCategory,ChargePeriodStart,ChargePeriodEnd,SkuMeter,ChargeCategory\n"
    )
    charge = (
        "{},AI and Machine Learning,2026-11-0{}T00:00:00Z,2026-11-0{}T00:00:00Z,maker:large,{}\n"
    )
    charges = [(7.5, 2, 3, "Usage"), (7.5, 4, 5, "Usage"), (1, 4, 5, "Tax")]
    bill = import_usage(
        world.organization, assessment, header + "".join(charge.format(*each) for each in charges)
    )

    with tenancy.enter(organization_id=world.organization.pk):
        compared = usage_selectors.usage_reconcile(row, billing=bill)

    # 7.50 on each of three days; the bill has nothing for the third of November, and a tax.
    assert compared.result.parts == Parts(missing_days=Decimal("-7.5"), tax=Decimal(1))
    assert compared.result.predicted_usd == Decimal("22.5")
    assert compared.result.billed_usd == Decimal(16)


def test_another_vendors_bill_is_not_taken_unasked(world: World, assessment: Assessment) -> None:
    header = "time,model,input_tokens,output_tokens\n"
    logs = import_usage(
        world.organization, assessment, header + "2026-11-02T10:00:00Z,maker/large,1000000,0\n"
    )
    ours = import_usage(
        world.organization, assessment, MODELS + "2026-11-02T10:00:00Z,maker:large,1,1,0,1,3\n"
    )
    late = import_usage(
        world.organization, assessment, MODELS + "2026-11-09T10:00:00Z,maker:large,1,1,0,1,8\n"
    )
    theirs = import_usage(
        world.organization, assessment, MODELS + "2026-11-02T10:00:00Z,other:small,1,1,0,1,9\n"
    )

    with tenancy.enter(organization_id=world.organization.pk):
        compared = usage_selectors.usage_reconcile(logs)
        named = usage_selectors.usage_reconcile(logs, billing=theirs)
        usage_services.archive_usage_import(by=world.actor("owner"), usage_import=ours)
        with pytest.raises(Invalid) as raised:
            usage_selectors.usage_reconcile(logs)

    # Theirs is the newest, and late is of other hours.
    assert (compared.billing.pk, named.billing.pk, late.pk != ours.pk) == (ours.pk, theirs.pk, True)
    assert list(raised.value.fields) == ["billing"]


def test_files_without_an_hour_in_common_are_not_compared(
    world: World, assessment: Assessment
) -> None:
    early = import_usage(world.organization, assessment, usage(read=0, top="1"))
    late = import_usage(
        world.organization, assessment, usage(read=0, top="1").replace("2026-11-02", "2026-12-02")
    )

    with tenancy.enter(organization_id=world.organization.pk), pytest.raises(Invalid) as raised:
        usage_selectors.usage_reconcile(early, billing=late)

    assert list(raised.value.fields) == ["billing"]


def test_the_reconciliation_page_shows_what_the_api_says(
    world: World, assessment: Assessment
) -> None:
    row = import_usage(world.organization, assessment, BILL)
    names = {"org": world.organization.slug, "usage_import": row.pk}
    browser = world.login(Browser(), "viewer")

    page = browser.get(reverse("usage:usage-reconciliation", kwargs=names)).content.decode()
    response = browser.get(reverse("api:usage-reconciliation", args=list(names.values()))).json()

    assert "The bill is less than predicted by 5 %" in page
    assert "$7.50" in page
    assert response["parts"]["unexplained"].startswith("-0.75")
    assert Decimal(response["difference_usd"]) == sum(map(Decimal, response["parts"].values()))
    assert response["models"][0]["reference"] == "maker:large"


def test_foreign_bills_and_books_are_refused_alike(world: World, assessment: Assessment) -> None:
    row = import_usage(world.organization, assessment, BILL)
    foreign = import_usage(
        world.other_organization,
        make_assessment(world.other_organization, world.other_client),
        BILL,
    )
    sibling = import_usage(
        world.organization, make_assessment(world.organization, world.client), BILL
    )
    path = reverse("api:usage-reconciliation", args=[world.organization.slug, row.pk])
    page = reverse(
        "usage:usage-reconciliation",
        kwargs={"org": world.organization.slug, "usage_import": row.pk},
    )
    browser = world.login(Browser(), "viewer")
    nowhere = "00000000-0000-4000-8000-000000000000"

    responses = [browser.get(f"{path}?billing={each}") for each in (foreign.pk, nowhere, "x", "")]
    others = [browser.get(f"{path}?billing={sibling.pk}"), browser.get(f"{path}?price_book=1")]
    pages = [browser.get(f"{page}?billing={each}") for each in (foreign.pk, nowhere, "x")]

    assert {response.status_code for response in responses + others} == {422}
    assert responses[0].json() == responses[1].json()
    assert {response.status_code for response in pages} == {404}


def test_pages_take_few_queries(
    world: World, assessment: Assessment, django_assert_max_num_queries: Any
) -> None:
    row = import_usage(world.organization, assessment, BILL)
    names = {"org": world.organization.slug, "usage_import": row.pk}
    browser = world.login(Browser(), "viewer")

    with django_assert_max_num_queries(MAX_CAPTURED + 1):  # to a client's people the brand, too
        browser.get(reverse("usage:usage-reconciliation", kwargs=names))
    with django_assert_max_num_queries(MAX_CAPTURED):
        browser.get(reverse("usage:usage-import-detail", kwargs=names))


def test_an_import_that_was_not_read_proposes_nothing(world: World, assessment: Assessment) -> None:
    with pytest.raises(Conflict):
        measured.usage_proposal(UsageImport(state="reading"))


def test_measures_are_the_newest_usages(world: World, assessment: Assessment) -> None:
    import_usage(world.organization, assessment, usage(read=50, top="1"))
    import_usage(world.organization, assessment, USAGE.replace("2026-11", "2026-10"))

    with tenancy.enter(organization_id=world.organization.pk):
        row = Assessment.objects.get(pk=assessment.pk)

    # The second file was sent later and reaches less far.
    assert row.measured_cache_read_ratio == Decimal("0.5")


def test_a_contract_price_predicts_where_there_is_one(world: World, assessment: Assessment) -> None:
    row = import_usage(world.organization, assessment, BILL)
    with tenancy.enter(organization_id=world.organization.pk):
        price_overrides.create_price_override(
            by=world.actor("owner"),
            content=price_overrides.PriceOverrideInput(
                reference="maker:large",
                figures={
                    "input_usd_per_mtok": Decimal("2.7"),
                    "output_usd_per_mtok": Decimal("13.5"),
                },
                valid_from=date(2026, 1, 1),
                reason="Negotiated",
            ),
        )

        compared = usage_selectors.usage_reconcile(row)

    # 2 M × 2.70 + 0.1 M × 13.50 = 6.75, as billed.
    assert compared.result.predicted_usd == Decimal("6.75")
    assert compared.result.parts.unexplained == 0
