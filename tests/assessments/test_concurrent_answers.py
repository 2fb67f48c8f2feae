"""C1: nobody's answer is silently overwritten, however many write at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from django.db import connections

from assessments import selectors, services
from assessments.models import Answer, Assessment
from assessments.scoring import AnswerValue
from organizations.exceptions import Conflict
from organizations.models import AuditEvent
from tests.assessments.cast import NO, UNKNOWN, YES, assess, enter
from tests.world import World

WRITERS = 50
THREADS = 10


def append_line(world: World, assessment: Assessment, line: str) -> int:
    """Add a line to the comment as a person would: read, write, and read again when too late."""
    attempts = 0
    while True:
        attempts += 1
        try:
            with enter(world):
                answer = selectors.answer_find(assessment, kind="check", key="gateway")
                version, comment = (answer.version, answer.comment) if answer else (0, "")
            with enter(world):
                write(world, assessment, version, replace(YES, comment=f"{comment}\n{line}"))
            return attempts
        except Conflict:
            continue


def write(world: World, assessment: Assessment, version: int, content: AnswerValue) -> None:
    """Save the answer."""
    services.save_answer(
        by=world.actor("respondent"),
        assessment=assessment,
        kind="check",
        key="gateway",
        version=version,
        content=content,
    )


def in_a_thread(work, *arguments):
    """Do the work and give the thread's connection back."""
    try:
        return work(*arguments)
    finally:
        connections.close_all()


def test_fifty_writers_lose_nothing(committed_db: None, world: World) -> None:
    assessment = assess(world)
    lines = [f"line {number:02}" for number in range(WRITERS)]

    with ThreadPoolExecutor(THREADS) as pool:
        futures = [pool.submit(in_a_thread, append_line, world, assessment, line) for line in lines]
        attempts = [future.result() for future in futures]

    with enter(world):
        answer = Answer.objects.get(assessment=assessment)
        events = AuditEvent.objects.filter(verb="answer.saved").count()
    assert sorted(answer.comment.splitlines()) == lines
    assert (answer.version, events) == (WRITERS, WRITERS)
    assert sum(attempts) >= WRITERS


def test_of_many_first_answers_one_is_stored_and_the_others_conflict(
    committed_db: None, world: World
) -> None:
    assessment = assess(world)

    def first(number: int) -> str:
        try:
            with enter(world):
                write(world, assessment, 0, replace(NO, comment=f"by {number}"))
        except Conflict:
            return "conflict"
        return "stored"

    with ThreadPoolExecutor(THREADS) as pool:
        futures = [pool.submit(in_a_thread, first, number) for number in range(WRITERS)]
        results = [future.result() for future in futures]

    assert sorted(results) == ["conflict"] * (WRITERS - 1) + ["stored"]


def test_no_answer_slips_behind_a_submission(committed_db: None, world: World) -> None:
    assessment = assess(world, token_logging=YES)

    def submit() -> None:
        with enter(world):
            services.submit_assessment(by=world.actor("consultant"), assessment=assessment)

    def answer(version: int) -> int:
        try:
            with enter(world):
                write(world, assessment, version, UNKNOWN if version % 2 else NO)
        except Conflict:
            return 0
        return 1

    with ThreadPoolExecutor(THREADS) as pool:
        before = [pool.submit(in_a_thread, answer, version) for version in range(5)]
        submission = pool.submit(in_a_thread, submit)
        after = [pool.submit(in_a_thread, answer, version) for version in range(5, 10)]
        submission.result()
        saved = sum(future.result() for future in before + after)

    with enter(world):
        submitted = Assessment.objects.get(pk=assessment.pk)
        answers = list(Answer.objects.filter(assessment=assessment, key="gateway"))
    assert submitted.submitted_at is not None
    assert sum(row.version for row in answers) == saved
    assert all(row.updated_at <= submitted.submitted_at for row in answers)
