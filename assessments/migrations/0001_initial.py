"""All tables of this app, as of version 1."""

from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion
import django.utils.timezone
import uuid

from organizations.migrations._tenancy import (
    CURRENT_CLIENT,
    composite_key,
    enable_rls,
    never_edited,
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FrameworkVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.CharField(max_length=20, unique=True)),
                ("checksum", models.CharField(max_length=64)),
                ("document", models.JSONField()),
                ("published_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=160)),
                ("as_of", models.DateField()),
                ("triggers", models.JSONField(default=list)),
                ("intake_at", models.DateTimeField(null=True)),
                ("weights", models.JSONField(default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("in_progress", "In Progress"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                        ],
                        default="in_progress",
                        max_length=12,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("remark", models.TextField(blank=True, max_length=4000)),
                ("returned_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("reviewed_by_label", models.CharField(blank=True, max_length=254)),
                (
                    "measured_cache_read_ratio",
                    models.DecimalField(decimal_places=6, max_digits=7, null=True),
                ),
                (
                    "measured_top_model_spend_ratio",
                    models.DecimalField(decimal_places=6, max_digits=7, null=True),
                ),
                ("measured_from", models.CharField(blank=True, max_length=160)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.client",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "framework",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.frameworkversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organization", "client", "-created_at"], name="assessments_recent"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"),
                        name="assessments_assessment_tenant_key",
                    ),
                    models.UniqueConstraint(
                        fields=("previous",), name="assessments_assessment_one_reassessment"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("measured_cache_read_ratio", None),
                                models.Q(
                                    ("measured_cache_read_ratio__gte", 0),
                                    ("measured_cache_read_ratio__lte", 1),
                                ),
                                _connector="OR",
                            ),
                            models.Q(
                                ("measured_top_model_spend_ratio", None),
                                models.Q(
                                    ("measured_top_model_spend_ratio__gte", 0),
                                    ("measured_top_model_spend_ratio__lte", 1),
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="assessments_assessment_measures_are_ratios",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status__in", ["submitted", "approved"]),
                                ("submitted_at__isnull", False),
                            ),
                            models.Q(("status", "in_progress"), ("submitted_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="assessments_assessment_submitted_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", False), ("status", "approved")),
                            models.Q(
                                models.Q(("status", "approved"), _negated=True),
                                ("approved_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="assessments_assessment_approved_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("returned_at__isnull", False),
                                models.Q(("remark", ""), _negated=True),
                            ),
                            models.Q(("remark", ""), ("returned_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="assessments_assessment_returned_with_a_remark",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("check", "Check"), ("dimension", "Dimension")], max_length=10
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("state", models.CharField(default="unanswered", max_length=14)),
                ("value", models.CharField(blank=True, max_length=8)),
                ("level", models.PositiveSmallIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("confidence", models.CharField(blank=True, max_length=10)),
                ("comment", models.TextField(blank=True, max_length=4000)),
                ("is_carried_over", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("updated_by_label", models.CharField(blank=True, max_length=254)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.client",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"),
                        name="assessments_answer_tenant_key",
                    ),
                    models.UniqueConstraint(
                        fields=("assessment", "kind", "key"),
                        name="assessments_answer_one_a_question",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["check", "dimension"]),
                            ("state__in", ["unanswered", "answered", "unknown", "not_applicable"]),
                        ),
                        name="assessments_answer_kind_and_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value__in", ["", "yes", "partial", "no"])),
                        name="assessments_answer_value_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confidence__in", ["", "guessed", "stated", "evidenced", "measured"])
                        ),
                        name="assessments_answer_confidence_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level__isnull", True),
                            models.Q(("level__gte", 1), ("level__lte", 5)),
                            _connector="OR",
                        ),
                        name="assessments_answer_level_1_to_5",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "check"),
                                ("level__isnull", True),
                                ("state", "answered"),
                                models.Q(("value", ""), _negated=True),
                            ),
                            models.Q(
                                ("kind", "dimension"),
                                ("level__isnull", False),
                                ("state", "answered"),
                                ("value", ""),
                            ),
                            models.Q(
                                models.Q(("state", "answered"), _negated=True),
                                ("level__isnull", True),
                                ("value", ""),
                            ),
                            _connector="OR",
                        ),
                        name="assessments_answer_value_exactly_when_answered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "not_applicable"), models.Q(("reason", ""), _negated=True)
                            ),
                            models.Q(
                                models.Q(("state", "not_applicable"), _negated=True), ("reason", "")
                            ),
                            _connector="OR",
                        ),
                        name="assessments_answer_reason_exactly_when_not_applicable",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)),
                        name="assessments_answer_version_counts_from_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChosenTarget",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("dimension", models.CharField(max_length=40)),
                ("level", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=400)),
                ("chosen_by_label", models.CharField(blank=True, max_length=254)),
                ("chosen_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "chosen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.client",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"),
                        name="assessments_chosentarget_tenant_key",
                    ),
                    models.UniqueConstraint(
                        fields=("assessment", "dimension"),
                        name="assessments_chosentarget_one_a_dimension",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__gte", 1), ("level__lte", 5)),
                        name="assessments_chosentarget_level_1_to_5",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="assessments_chosentarget_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CostSummary",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("scenario_id", models.UUIDField()),
                ("scenario_title", models.CharField(max_length=120)),
                ("result_id", models.UUIDField()),
                ("document", models.JSONField()),
                ("computed_at", models.DateTimeField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.client",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"),
                        name="assessments_costsummary_tenant_key",
                    ),
                    models.UniqueConstraint(
                        fields=("assessment",), name="assessments_costsummary_one_an_assessment"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("check", "Check"), ("dimension", "Dimension")], max_length=10
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                (
                    "evidence_kind",
                    models.CharField(choices=[("link", "Link"), ("file", "File")], max_length=4),
                ),
                ("url", models.CharField(blank=True, max_length=2000)),
                ("filename", models.CharField(blank=True, max_length=120)),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("size_bytes", models.PositiveIntegerField(default=0)),
                ("path", models.CharField(blank=True, max_length=80)),
                ("added_by_label", models.CharField(blank=True, max_length=254)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.client",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["assessment", "kind", "key"], name="assessments_evidence_question"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"),
                        name="assessments_evidence_tenant_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["check", "dimension"])),
                        name="assessments_evidence_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("evidence_kind", "link"),
                                ("filename", ""),
                                ("path", ""),
                                ("size_bytes", 0),
                                models.Q(
                                    ("url__startswith", "https://"),
                                    ("url__startswith", "http://"),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(
                                ("evidence_kind", "file"),
                                ("size_bytes__gte", 1),
                                ("size_bytes__lte", 10485760),
                                ("url", ""),
                                models.Q(("path", ""), _negated=True),
                                models.Q(("filename", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="assessments_evidence_link_or_file",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("question", models.CharField(blank=True, max_length=40)),
                ("text", models.TextField(max_length=4000)),
                ("written_by_label", models.CharField(blank=True, max_length=254)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.client",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["assessment", "-written_at"], name="assessments_note_recent"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"), name="assessments_note_tenant_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="assessments_note_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Roadmap",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("starts_on", models.DateField()),
                ("drafted_at", models.DateTimeField(null=True)),
                ("drafted_by_label", models.CharField(blank=True, max_length=254)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.client",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"),
                        name="assessments_roadmap_tenant_key",
                    ),
                    models.UniqueConstraint(
                        fields=("assessment",), name="assessments_roadmap_one_an_assessment"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoadmapAction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=40)),
                (
                    "origin",
                    models.CharField(
                        choices=[("drafted", "drafted"), ("added", "added")], max_length=8
                    ),
                ),
                ("phase", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=160)),
                ("text", models.TextField(blank=True, max_length=2000)),
                ("owner", models.CharField(blank=True, max_length=120)),
                ("due_on", models.DateField()),
                ("days", models.PositiveSmallIntegerField()),
                (
                    "effort",
                    models.CharField(
                        choices=[("low", "low"), ("medium", "medium"), ("high", "high")],
                        max_length=6,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("in_progress", "in_progress"),
                            ("done", "done"),
                            ("dropped", "dropped"),
                            ("risk_accepted", "risk_accepted"),
                        ],
                        default="open",
                        max_length=13,
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=400)),
                ("lever", models.CharField(blank=True, max_length=40)),
                ("moves", models.JSONField(default=dict)),
                (
                    "drafted_usd_per_month",
                    models.DecimalField(decimal_places=6, max_digits=30, null=True),
                ),
                ("edited", models.JSONField(default=list)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_by_label", models.CharField(blank=True, max_length=254)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.client",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["assessment", "due_on"], name="assessments_action_due"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"),
                        name="assessments_roadmapaction_tenant_key",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("assessment", "key"),
                        name="assessments_roadmapaction_one_a_template",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("origin", "drafted"), models.Q(("key", ""), _negated=True)),
                            models.Q(("key", ""), ("origin", "added")),
                            _connector="OR",
                        ),
                        name="assessments_roadmapaction_drafted_has_its_template",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["open", "in_progress", "done", "dropped", "risk_accepted"],
                            )
                        ),
                        name="assessments_roadmapaction_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("effort__in", ["low", "medium", "high"])),
                        name="assessments_roadmapaction_effort_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["dropped", "risk_accepted"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="assessments_roadmapaction_given_up_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="assessments_roadmapaction_has_a_title",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1)),
                        name="assessments_roadmapaction_takes_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)),
                        name="assessments_roadmapaction_version_counts_from_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Scorecard",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("job_id", models.UUIDField(unique=True)),
                ("document", models.JSONField()),
                ("computed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.client",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["assessment", "-computed_at"], name="assessments_scorecard_latest"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "client", "id"),
                        name="assessments_scorecard_tenant_key",
                    ),
                ],
            },
        ),
        # Row-level security, references that carry their tenant, rows that stay as written.
        enable_rls("assessments_assessment", client=True),
        enable_rls("assessments_answer", client=True),
        enable_rls("assessments_scorecard", client=True),
        composite_key("assessments_assessment", "client_id", "organizations_client", client=False),
        composite_key("assessments_answer", "client_id", "organizations_client", client=False),
        composite_key("assessments_scorecard", "client_id", "organizations_client", client=False),
        composite_key("assessments_answer", "assessment_id", "assessments_assessment", client=True),
        composite_key(
            "assessments_scorecard", "assessment_id", "assessments_assessment", client=True
        ),
        enable_rls("assessments_evidence", client=True),
        composite_key("assessments_evidence", "client_id", "organizations_client", client=False),
        composite_key(
            "assessments_evidence", "assessment_id", "assessments_assessment", client=True
        ),
        enable_rls("assessments_note", client=False),
        composite_key("assessments_note", "client_id", "organizations_client", client=False),
        composite_key("assessments_note", "assessment_id", "assessments_assessment", client=True),
        enable_rls("assessments_chosentarget", client=True),
        enable_rls("assessments_costsummary", client=True),
        composite_key(
            "assessments_chosentarget", "client_id", "organizations_client", client=False
        ),
        composite_key("assessments_costsummary", "client_id", "organizations_client", client=False),
        composite_key(
            "assessments_chosentarget", "assessment_id", "assessments_assessment", client=True
        ),
        composite_key(
            "assessments_costsummary", "assessment_id", "assessments_assessment", client=True
        ),
        composite_key(
            "assessments_assessment", "previous_id", "assessments_assessment", client=True
        ),
        enable_rls("assessments_roadmap", client=True),
        enable_rls("assessments_roadmapaction", client=True),
        composite_key("assessments_roadmap", "client_id", "organizations_client", client=False),
        composite_key(
            "assessments_roadmapaction", "client_id", "organizations_client", client=False
        ),
        composite_key(
            "assessments_roadmap", "assessment_id", "assessments_assessment", client=True
        ),
        composite_key(
            "assessments_roadmapaction", "assessment_id", "assessments_assessment", client=True
        ),
        never_edited("assessments_frameworkversion"),
        migrations.RunSQL(
            "create policy assessments_note_firm_alone on assessments_note as restrictive"
            f" using ({CURRENT_CLIENT} is null) with check ({CURRENT_CLIENT} is null)",
            migrations.RunSQL.noop,
        ),
    ]
