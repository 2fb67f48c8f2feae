"""A machine that gives a document's drawing no time: it waits, is tried again, blames no text."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from jobs.models import Job, JobState
from jobs.services import run_job
from reports.documents.pdf import Bounds, RenderFailed, render_pdf
from reports.documents.services import request_deliverable
from reports.models import Deliverable, DeliverableKind
from reports.snapshots.services import create_snapshot
from tests.assessments.cast import YES, assess, enter
from tests.world import World

PAGE = "<!doctype html><html lang='en'><title>Test</title><body><p>drawn</p></body></html>"
# Drawn in about half a second, so that the process can be found while it draws; and in hours.
LONGER_PAGE = PAGE.replace("<p>drawn</p>", "<p>drawn</p>" * 200)
ENDLESS_PAGE = PAGE.replace("<p>", "<div style='display:flex'>" * 14)
COMMAND = "reports.documents.pdf_process"


@pytest.fixture(autouse=True)
def _renderer() -> None:
    """One that has loaded its libraries: what waits for seconds here waits for a drawing alone."""
    render_pdf(PAGE)


def children_of(process: int) -> list[int]:
    """The processes of this kind that this one has started."""
    found = []
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):  # what has ended meanwhile
            found += [int(child) for child in thread.read_text().split() if is_of_kind(child)]
    return found


def is_of_kind(process: str) -> bool:
    return COMMAND.encode() in Path(f"/proc/{process}/cmdline").read_bytes()


def renderer() -> int:
    """The process that has documents drawn; waits until it is there."""
    while not (found := children_of(os.getpid())):
        time.sleep(0.001)
    return found[0]


def drawing_process() -> int:
    """The process that draws a document, below the one that keeps it; waits until it is there.

    While the renderer loads its libraries it has children of other kinds, for moments of this one.
    """
    while True:
        for keeper in children_of(renderer()):
            if drawers := children_of(keeper):
                return drawers[0]
        time.sleep(0.001)


@contextmanager
def meanwhile(treat: Callable[[int], None]) -> Iterator[None]:
    """Do something to the drawing process while the body waits for it."""
    thread = threading.Thread(target=lambda: treat(drawing_process()), daemon=True)
    thread.start()
    yield
    thread.join(timeout=60)
    assert not thread.is_alive(), "No process drew anything while the body waited."


def hold(seconds: float) -> Callable[[int], None]:
    """Give the process no time at all for so long, as a machine with other work does."""

    def treat(process: int) -> None:
        os.kill(process, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(process, signal.SIGCONT)

    return treat


def stop_for_good(process: int) -> None:
    os.kill(process, signal.SIGSTOP)


def kill(process: int) -> None:
    """End the process, as the system does when its own memory runs out."""
    os.kill(process, signal.SIGKILL)


def test_document_is_drawn_however_long_the_machine_makes_it_wait() -> None:
    started = time.monotonic()

    with meanwhile(hold(seconds=3)):
        pdf = render_pdf(LONGER_PAGE, bounds=Bounds(cpu_seconds=2, wall_seconds=120))

    assert time.monotonic() - started > 3
    assert pdf.startswith(b"%PDF-")


@pytest.mark.parametrize(("treat", "wall_seconds"), [(stop_for_good, 3), (kill, 120)])
def test_document_that_the_machine_stopped_may_be_asked_for_again(
    treat: Callable[[int], None], wall_seconds: float
) -> None:
    with meanwhile(treat), pytest.raises(RenderFailed) as failure:
        render_pdf(ENDLESS_PAGE, bounds=Bounds(wall_seconds=wall_seconds))

    assert failure.value.reason == "busy"
    assert failure.value.retry_after_s
    assert "text" not in failure.value.message


def test_drawing_that_nobody_waits_for_is_ended() -> None:
    stopped: list[int] = []

    def stop(process: int) -> None:
        stopped.append(process)
        stop_for_good(process)

    with meanwhile(stop), pytest.raises(RenderFailed):
        render_pdf(ENDLESS_PAGE, bounds=Bounds(wall_seconds=3))

    deadline = time.monotonic() + 60
    while Path(f"/proc/{stopped[0]}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_document_is_drawn_by_another_renderer_where_the_last_was_ended() -> None:
    first = render_pdf(PAGE)
    before = renderer()
    kill(before)
    os.waitid(os.P_PID, before, os.WEXITED | os.WNOWAIT)

    second = render_pdf(PAGE)

    assert first == second
    assert renderer() != before


def test_document_that_takes_too_much_computing_is_not_tried_again() -> None:
    with pytest.raises(RenderFailed) as failure:
        render_pdf(ENDLESS_PAGE, bounds=Bounds(cpu_seconds=2))

    assert (failure.value.reason, failure.value.retry_after_s) == ("time", None)
    assert "Shorten its texts" in failure.value.message


def asked_for(world: World) -> Deliverable:
    """A scorecard whose job waits."""
    assessment, actor = assess(world, gateway=YES), world.actor("consultant")
    with enter(world):
        snapshot = create_snapshot(by=actor, assessment=assessment)
        return request_deliverable(by=actor, snapshot=snapshot, kind=DeliverableKind.SCORECARD)


def attempt(world: World, deliverable: Deliverable) -> Job:
    """Its job after one attempt."""
    run_job(job_id=deliverable.job_id, organization_id=world.organization.pk)
    with enter(world):
        return Job.objects.get(pk=deliverable.job_id)


def test_document_on_a_busy_machine_is_drawn_at_a_later_attempt(
    world: World, settings: Settings
) -> None:
    deliverable = asked_for(world)

    settings.DOCUMENT_TIME_LIMIT_SECONDS = 0.01
    first = attempt(world, deliverable)
    settings.DOCUMENT_TIME_LIMIT_SECONDS = 300
    second = attempt(world, deliverable)

    assert (first.state, first.attempts, first.error) == (JobState.QUEUED, 1, "")
    assert (second.state, second.attempts) == (JobState.DONE, 2)


def test_document_on_a_machine_that_stays_busy_ends_with_the_reason(
    world: World, settings: Settings
) -> None:
    deliverable = asked_for(world)
    settings.DOCUMENT_TIME_LIMIT_SECONDS = 0.01

    job = [attempt(world, deliverable) for _ in range(settings.JOB_MAX_ATTEMPTS)][-1]

    assert job.state == JobState.FAILED
    assert job.error.startswith("The machine was too busy to draw the document.")
