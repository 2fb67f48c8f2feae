"""What the product needs before it serves, in one command."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from assessments.models import FrameworkVersion
from costing.catalog.models import PriceBook
from organizations.models import Organization
from reports.demo.toolkit import find_blank_documents
from reports.releases import OLDER_DATABASE


@pytest.mark.django_db
def test_set_up_without_the_demo_makes_no_firm_and_is_safe_to_repeat() -> None:
    out = StringIO()

    call_command("set_up", stdout=out)
    call_command("set_up", stdout=out)

    assert FrameworkVersion.objects.count() == 1
    assert PriceBook.objects.count() == 1
    assert [each.size_bytes is not None for each in find_blank_documents()] == [True] * 5
    assert Organization.objects.count() == 0
    assert out.getvalue().count("→ Loading the framework") == 2
    assert "Drawn by this release already:" in out.getvalue()


@pytest.mark.django_db
def test_database_of_an_earlier_release_is_refused_in_one_sentence() -> None:
    MigrationRecorder(connection).record_applied("costing", "0001_initial")

    with pytest.raises(CommandError) as set_up:
        call_command("set_up", stdout=StringIO())
    with pytest.raises(CommandError) as migrate:
        call_command("migrate", stdout=StringIO())

    assert str(set_up.value) == str(migrate.value) == OLDER_DATABASE
    assert "remove the state folder" in OLDER_DATABASE
    assert "docs/operations.md" in OLDER_DATABASE
