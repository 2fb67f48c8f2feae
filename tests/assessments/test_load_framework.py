"""Published versions of the framework stay as they are."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from assessments import selectors, services
from assessments.framework import load_framework, parse_framework
from assessments.models import FrameworkVersion
from organizations.exceptions import Invalid


def load() -> str:
    """Run the command and return what it says."""
    out = StringIO()
    call_command("load_framework", stdout=out)
    return out.getvalue()


def test_loading_twice_stores_one_version(db: None) -> None:
    first, second = load(), load()

    rows = [(row.version, row.checksum) for row in FrameworkVersion.objects.all()]
    framework = load_framework()
    assert rows == [("1", framework.checksum)]
    assert first.startswith("Stored framework version 1, ")
    assert second.startswith("Already stored, nothing changed: framework version 1, ")


def test_stored_version_reads_as_its_file(db: None) -> None:
    load()

    row = FrameworkVersion.objects.get()
    assert parse_framework(row.document) == load_framework()
    assert selectors.framework_current() == load_framework()


def test_changed_content_of_a_published_version_is_refused(db: None) -> None:
    load()
    changed = parse_framework(load_framework().document() | {"title": "Another title"})

    with pytest.raises(Invalid, match="published with other content"):
        services.publish_framework(changed)

    assert FrameworkVersion.objects.get().checksum == load_framework().checksum


def test_command_says_when_a_published_version_differs(db: None) -> None:
    framework = load_framework()
    FrameworkVersion.objects.create(
        version=framework.version, checksum="0" * 64, document=framework.document()
    )

    with pytest.raises(CommandError, match="A published version never changes"):
        load()


def test_published_version_is_read_from_its_row_when_the_file_differs(db: None) -> None:
    changed = parse_framework(load_framework().document() | {"title": "As it was published"})
    services.publish_framework(changed)

    assert selectors.framework_current() == changed


@pytest.mark.parametrize("statement", ["update {} set checksum = 'x'", "delete from {}"])
def test_app_cannot_change_a_published_version(db: None, statement: str) -> None:
    load()

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(FrameworkVersion._meta.db_table))
