"""Keys that lead with the tenant; the composite keys alone hold references inside it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations import RunSQL

from organizations.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0008_tenant_keys"),
        ("jobs", "0004_tenant_keys"),
        ("organizations", "0010_tenant_keys"),
        ("reports", "0005_policies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AtOnce(
            migrations.RemoveConstraint(
                model_name="deliverable",
                name="reports_deliverable_one_a_kind",
            ),
            migrations.RemoveConstraint(
                model_name="snapshot",
                name="reports_snapshot_number_unique",
            ),
            migrations.RemoveConstraint(
                model_name="snapshot",
                name="reports_snapshot_content_unique",
            ),
            migrations.AlterField(
                model_name="deliverable",
                name="client",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.client",
                ),
            ),
            migrations.AlterField(
                model_name="deliverable",
                name="job",
                field=models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="jobs.job",
                ),
            ),
            migrations.AlterField(
                model_name="deliverable",
                name="snapshot",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="reports.snapshot",
                ),
            ),
            migrations.AlterField(
                model_name="publication",
                name="client",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.client",
                ),
            ),
            migrations.AlterField(
                model_name="publication",
                name="snapshot",
                field=models.OneToOneField(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="publication",
                    to="reports.snapshot",
                ),
            ),
            migrations.AlterField(
                model_name="sharelink",
                name="client",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.client",
                ),
            ),
            migrations.AlterField(
                model_name="sharelink",
                name="snapshot",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="reports.snapshot",
                ),
            ),
            migrations.AlterField(
                model_name="sharelinkopening",
                name="client",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.client",
                ),
            ),
            migrations.AlterField(
                model_name="sharelinkopening",
                name="share_link",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="openings",
                    to="reports.sharelink",
                ),
            ),
            migrations.AlterField(
                model_name="snapshot",
                name="assessment",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="assessments.assessment",
                ),
            ),
            migrations.AlterField(
                model_name="snapshot",
                name="client",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.client",
                ),
            ),
            migrations.AddConstraint(
                model_name="deliverable",
                constraint=models.UniqueConstraint(
                    fields=("organization", "snapshot", "kind", "paper"),
                    name="reports_deliverable_one_a_kind",
                ),
            ),
            migrations.AddConstraint(
                model_name="deliverable",
                constraint=models.UniqueConstraint(
                    fields=("organization", "job"), name="reports_deliverable_one_a_job"
                ),
            ),
            migrations.AddConstraint(
                model_name="publication",
                constraint=models.UniqueConstraint(
                    fields=("organization", "snapshot"), name="reports_publication_one_a_snapshot"
                ),
            ),
            migrations.AddConstraint(
                model_name="snapshot",
                constraint=models.UniqueConstraint(
                    fields=("organization", "assessment", "number"),
                    name="reports_snapshot_number_unique",
                ),
            ),
            migrations.AddConstraint(
                model_name="snapshot",
                constraint=models.UniqueConstraint(
                    fields=("organization", "assessment", "sha256"),
                    name="reports_snapshot_content_unique",
                ),
            ),
        ),
        # What the ORM holds for one to one is so by publication_one_a_snapshot.
        RunSQL(
            "alter table reports_publication drop constraint reports_publication_snapshot_id_key",
            RunSQL.noop,
        ),
    ]
