"""What the product needs before it serves, in one command."""

from io import StringIO

import pytest
from django.core.management import call_command

from assessments.models import FrameworkVersion
from costing.catalog.models import PriceBook
from organizations.models import Organization
from reports.demo.toolkit import find_blank_documents


@pytest.mark.django_db
def test_set_up_without_the_demo_makes_no_firm_and_is_safe_to_repeat() -> None:
    out = StringIO()

    call_command("set_up", stdout=out)
    call_command("set_up", stdout=out)

    assert FrameworkVersion.objects.count() == 1
    assert PriceBook.objects.count() == 1
    assert [each.size_bytes is not None for each in find_blank_documents()] == [True] * 4
    assert Organization.objects.count() == 0
    assert out.getvalue().count("→ Loading the framework") == 2
    assert "Drawn by this release already:" in out.getvalue()
