"""The roadmap as CSV and as a calendar: text stays text, lines fold, UIDs stay."""

import csv
from datetime import UTC, datetime
from io import StringIO

from assessments.roadmap import ActionStatus, roadmap_calendar, roadmap_csv
from assessments.roadmap.exports import Edition
from tests.assessments.questionnaire import FRAMEWORK
from tests.assessments.test_following import followed, plan

WRITTEN = Edition(version=3, changed_at=datetime(2026, 11, 2, 9, 30, tzinfo=UTC))


def table(**changes):
    """The CSV's lines by the action's title, read back."""
    text = roadmap_csv(FRAMEWORK, followed(plan(**changes)).actions)
    return {line["action"]: line for line in csv.DictReader(StringIO(text))}


def calendar(**changes):
    """The calendar's text."""
    actions = followed(plan(**changes)).actions
    return roadmap_calendar("Northwind", actions, {each.planned.id: WRITTEN for each in actions})


def unfolded(text):
    """The content lines, joined again as RFC 5545, 3.1 says."""
    return text.replace("\r\n ", "").split("\r\n")


def test_csv_has_money_to_the_cent_and_dates():
    line = table()["Send simple queries to small models"]

    assert line["usd_per_month"] == "9686.02"
    assert line["due_on"] == "2026-12-30"
    assert line["lever"] == "Routing"
    assert line["needs_first"] == "Run evals in CI; Deploy one gateway"
    assert line["changes_answers"] == "Query triage: yes"
    assert line["at_risk"] == "Routing asks for Output integrity & evals at 3 (now 1)."


def test_csv_keeps_formula_looking_text_as_text():
    signs = ["=1+1", "+1", "-1", "@x", "\t=1"]
    keys = ["log_tokens", "attribute_spend", "evals_in_ci", "deploy_gateway", "score_live_answers"]
    changes = {key: {"owner": sign} for key, sign in zip(keys, signs, strict=True)}

    owners = [line["owner"] for line in table(**changes).values() if line["owner"]]

    assert sorted(owners) == sorted(f"'{sign}" for sign in signs)


def test_calendar_has_an_all_day_event_for_each_due_date():
    lines = unfolded(calendar())

    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.count("BEGIN:VEVENT") == 11
    start = lines.index("UID:log_tokens@roadmap.crossover")
    assert lines[start + 1 : start + 5] == [
        "DTSTAMP:20261102T093000Z",
        "SEQUENCE:2",
        "DTSTART;VALUE=DATE:20261110",
        "DTEND;VALUE=DATE:20261111",
    ]


def test_calendar_escapes_and_folds():
    title = "Größe; Preis, \\ und\nmehr " + "漢字" * 40
    text = calendar(log_tokens={"title": title, "text": "BEGIN:VEVENT\r\nEND:VCALENDAR"})

    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = unfolded(text)
    assert "SUMMARY:Due: Größe\\; Preis\\, \\\\ und\\nmehr " + "漢字" * 40 in lines
    assert lines.count("BEGIN:VEVENT") == 11
    assert "\n" not in text.replace("\r\n", "")


def test_calendar_escapes_its_own_name():
    name = "a; b\nBEGIN:VEVENT"

    assert "X-WR-CALNAME:a\\; b\\nBEGIN:VEVENT" in unfolded(roadmap_calendar(name, (), {}))


def test_calendar_says_what_is_given_up():
    dropped = {"status": ActionStatus.DROPPED, "reason": "Not now"}

    lines = unfolded(calendar(log_tokens=dropped))

    assert lines.count("STATUS:CANCELLED") == 1


def test_exports_of_an_empty_roadmap():
    assert len(roadmap_csv(FRAMEWORK, ()).splitlines()) == 1
    assert "VEVENT" not in roadmap_calendar("x", (), {})
