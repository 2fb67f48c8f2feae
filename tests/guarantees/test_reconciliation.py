"""D1: a figure that stands in two places is the same in both, wherever it must stand."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from assessments.framework import load_framework
from jobs.services import run_due_jobs
from organizations.models import Membership
from organizations.permissions import Role
from reports.demo.creation import create_demo
from reports.documents import pdf_process, rendering
from reports.documents.assess_file import parse_assess_file
from reports.documents.services import request_deliverable
from reports.models import Deliverable, DeliverableKind
from tests import factories
from tests.cases import loading
from tests.cases.reconciling import WITH_WORKBOOK
from tests.factories import load_latest_framework, load_price_book
from tests.guarantees import files as documents_read
from tests.guarantees import pages
from tests.guarantees.assessed import Assessed, Case, assess_all
from tests.guarantees.figures import disagreements, truth_of
from tests.guarantees.must import MUST
from tests.reports.workbook.recalculated import recalculate
from tests.world import World


@pytest.fixture(autouse=True)
def _draw_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw in this process, which spares 22 starts."""
    monkeypatch.setattr(rendering, "render_sheets", draw_here)


def draw_here(
    sheets: Iterable[Iterable[str]], assets: Mapping[str, bytes], styles: Sequence[str]
) -> bytes:
    """What the bounded child does (tests/reports/test_pdf.py); with any fonts, so unfitted."""
    drawing = pdf_process.Drawing(dict(assets), None, styles)
    for ways in sheets:
        drawing.lay_out(next(iter(ways)))
    return drawing.write()


def assessed(world: World) -> dict[str, Assessed]:
    """The demo and twelve varied assessments, one of them shown in euro."""
    load_latest_framework()
    load_price_book(as_of=date(2026, 11, 1))
    demo = create_demo(lambda _: None)
    found = assess_all(world)
    slug = "harbourlight"
    found["demo"] = Assessed(slug, demo.assessment, demo.scenario, demo.snapshot)
    return found


def draw(cases: Mapping[str, Assessed], kinds: list[DeliverableKind]) -> None:
    """Draw documents of every case, by jobs."""
    for case in cases.values():
        with case.enter():
            by = factories.system_actor(case.assessment.organization)
            for kind in kinds:
                request_deliverable(by=by, snapshot=case.snapshot, kind=kind)
    run_due_jobs()


def downloaded(case: Assessed, kind: DeliverableKind, browser: Browser) -> bytes:
    """The file as a person gets it."""
    with case.enter():
        row = Deliverable.objects.get(snapshot=case.snapshot, kind=kind)
    answer = browser.get(reverse("reports:deliverable-download", args=[case.slug, row.pk]))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def owner_of(case: Assessed) -> Browser:
    """The firm's owner, signed in."""
    with case.enter():
        owner = Membership.objects.select_related("user").filter(role=Role.OWNER.value).first()
    browser = Browser()
    browser.force_login(owner.user)
    return browser


def get(browser: Browser, name: str, *args: Any) -> Any:
    """The answer of a page or of an operation."""
    answer = browser.get(reverse(name, args=args))
    assert answer.status_code == 200, (name, answer.status_code)
    return answer


def by_api(case: Assessed, browser: Browser, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What the two operations answer, each in the payload's shape."""
    card = get(browser, "api:scorecard-detail", case.slug, case.assessment.pk).json()
    scores = truth_of(
        {**payload, "results": None, "anti_patterns": [], "roadmap": None}
        | {
            "scores": card["scores"],
            "targets": card["targets"],
        }
    )
    found = {"scorecard by API": scores}
    if case.scenario:
        answer = get(browser, "api:scenario-result", case.slug, case.scenario.pk).json()
        shape = {**payload, "results": answer["result"], "roadmap": None}
        whole = truth_of(shape | {"anti_patterns": answer["anti_patterns"]})
        found["economics by API"] = {key: whole[key] for key in whole if key not in scores}
    return found


def by_http(case: Assessed, browser: Browser, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What pages and API answer."""
    stands = by_api(case, browser, payload)
    page = get(browser, "assessments:scorecard", case.slug, case.assessment.pk)
    stands["scorecard page"] = pages.scorecard_page(page.content)
    if case.scenario:
        page = get(browser, "scenarios:scenario-detail", case.slug, case.scenario.pk)
        pairs = [(item["from"], item["to"]) for item in payload["results"]["crossovers"]]
        stands["scenario page"] = pages.scenario_page(page.content, pairs)
    return stands


def by_files(payload: Mapping[str, Any], files: Mapping[DeliverableKind, bytes]) -> Any:
    """What the documents show, but for the workbook."""
    titles = [item["title"] for item in payload["framework"]["dimensions"]]
    actions = [key[1] for key in truth_of(payload) if key[0] == "action"]
    return {
        "scorecard file": documents_read.scorecard_file(files[DeliverableKind.SCORECARD], titles),
        "brief": documents_read.brief(files[DeliverableKind.EXECUTIVE_BRIEF], titles, actions),
        "guide": documents_read.guide(files[DeliverableKind.GUIDE]),
    }


def recalculated(cases: Mapping[str, Assessed], folder: Path) -> Callable[[], Mapping[str, Any]]:
    """Begin to recalculate every case's workbook; the function waits for them."""
    kind = DeliverableKind.WORKBOOK
    draw(cases, [kind])
    books = {name: downloaded(case, kind, owner_of(case)) for name, case in cases.items()}
    thread = ThreadPoolExecutor(1)
    running = thread.submit(recalculate, books, folder)
    thread.shutdown(wait=False)
    return running.result


# Cases whose documents tests/cases reads in the same way, of a case of the corpus that is like
# them: a document is made of the frozen payload alone, however that came to be.
IN_CORPUS = {
    "no scenario": "no_economics",
    "levers held back": "held_back",
    "hosting pays": "hosting_cheapest_owned",
    "contradictions": "contradictions",
    "nothing to save": "no_request",
    "huge volumes": "billion_requests",
}


@pytest.mark.timeout(900)  # a minute of a core; a busy machine takes longer
def test_every_figure_is_the_same_wherever_it_stands(world: World, tmp_path: Path) -> None:
    cases = assessed(world)
    drawn = {name: case for name, case in cases.items() if name not in IN_CORPUS}
    books = recalculated(drawn, tmp_path / "books")
    kinds = [kind for kind in DeliverableKind if kind != DeliverableKind.WORKBOOK]
    draw(drawn, kinds)

    faults = {}
    read = 0
    for name, case in cases.items():
        browser = owner_of(case)
        frozen = get(browser, "api:snapshot-detail", case.slug, case.snapshot.pk).json()
        stands = by_http(case, browser, frozen["payload"])
        if name in drawn:
            files = {kind: downloaded(case, kind, browser) for kind in kinds}
            stands |= by_files(frozen["payload"], files)
            stands["workbook"] = documents_read.workbook(books()[name])
        read += sum(map(len, stands.values()))
        faults[name] = disagreements(truth_of(frozen["payload"]), stands, MUST)

    assert {name: found for name, found in faults.items() if found} == {}
    assert IN_CORPUS.keys() <= cases.keys()
    assert set(IN_CORPUS.values()) <= {*WITH_WORKBOOK}
    assert read > 4000


# Cases of the corpus by HTTP; tests/cases holds the documents of each against the same payload.
ODD = (
    "all_unknown",
    "applications",
    "billion_requests",
    "cache_runs_and_loses",
    "hosting_cheapest_owned",
    "in_yen",
    "one_request",
    "pool_runs_at_few_requests",
)


def test_pages_and_api_of_odd_cases_show_what_their_documents_do(world: World) -> None:
    load_latest_framework()
    files = {name: parse_assess_file(loading.read(name), load_framework()) for name in ODD}
    cases = {name: Case(file.answers, file.scenario) for name, file in files.items()}

    faults = {}
    for name, case in assess_all(world, cases).items():
        payload = loading.frozen(name).payload.document()
        stands = by_http(case, owner_of(case), payload)
        faults[name] = disagreements(truth_of(payload), stands, MUST)

    assert {name: found for name, found in faults.items() if found} == {}
