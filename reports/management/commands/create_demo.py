"""Makes the demonstration: an organization with one client assessed, costed and printed."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from costing.engine import Estimate
from costing.scenarios.content.headline import Headline
from costing.scenarios.content.titles import STRATEGY_TITLES as STRATEGIES
from organizations.exceptions import DomainError
from presentation.numbers import amount, level
from reports.demo.creation import PASSWORD, PEOPLE, SLUG, Demo, DemoFailed, create_demo
from reports.documents.content.advice import headline, hosting, target
from reports.documents.files import file_address
from reports.snapshots.selectors import snapshot_payload


class Command(BaseCommand):
    """`manage.py create_demo`; a second run finds everything and changes nothing."""

    help = "Makes the fictional demo organization, assesses it to its documents, prints results."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, and say what came out."""
        if settings.MODE == "production":
            raise CommandError("The demo has public passwords, so it is not made in production.")
        try:
            demo = create_demo(lambda step: self.stdout.write(f"  {step}"))
        except (DemoFailed, DomainError) as error:
            raise CommandError(str(error)) from None
        self._say(demo)

    def _say(self, demo: Demo) -> None:
        payload = snapshot_payload(demo.snapshot)
        self.stdout.write(f"\n{payload.organization} assessed {payload.client}\n")
        for dimension in payload.framework.dimensions:
            reached = level(payload.score(dimension.key).score)
            self.stdout.write(f"  {dimension.title:28} {reached}")
        scores = payload.scores
        self.stdout.write(f"  {'Overall':28} {level(scores.overall)} {scores.band or ''}")
        if payload.results is not None:
            self._say_economics(payload.results)
        self.stdout.write(f"\nSnapshot {demo.snapshot.number}, SHA-256 {demo.snapshot.sha256}")
        for each in demo.deliverables:
            self.stdout.write(f"  {each.get_kind_display():16} {file_address(each.path)}")
        self.stdout.write("\nPages, below the address that `make run` serves at")
        for title, path in _pages(demo):
            self.stdout.write(f"  {title:16} {path}")
        self.stdout.write(f"\nSign in with the password “{PASSWORD}” as")
        for role, (email, _) in PEOPLE.items():
            self.stdout.write(f"  {role.value:11} {email}")

    def _say_economics(self, results: Estimate) -> None:
        self.stdout.write("\n  USD per month")
        for key, title in STRATEGIES.items():
            if key in results.strategies:
                cost = amount(results.strategies[key].usd_per_month)
                self.stdout.write(f"  {title:34} {cost:>12}")
        page = Headline(results)
        for sentence in (headline(page), target(page), hosting(page)):
            self.stdout.write(f"  {sentence}")


def _pages(demo: Demo) -> list[tuple[str, str]]:
    """Where to look first: public pages, then those of the assessment."""
    names = {"org": SLUG, "assessment": demo.assessment.pk}
    return [
        ("Demo console", reverse("reports:demo-console")),
        ("Toolkit", reverse("reports:toolkit")),
        ("API", reverse("api:docs")),
        ("Clients", reverse("scenarios:client-list", args=[SLUG])),
        ("Assessment", reverse("assessments:assessment-detail", kwargs=names)),
        ("Scorecard", reverse("assessments:scorecard", kwargs=names)),
        ("Economics", reverse("scenarios:scenario-detail", args=[SLUG, demo.scenario.pk])),
        ("Roadmap", reverse("assessments:roadmap", kwargs=names)),
        ("Documents", reverse("reports:deliverable-list", kwargs=names)),
    ]
