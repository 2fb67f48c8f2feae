"""Keys that lead with the tenant; the composite keys alone hold references inside it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from organizations.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0008_tenant_keys"),
        ("organizations", "0010_tenant_keys"),
        ("usage", "0010_policies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AtOnce(
            migrations.RemoveConstraint(
                model_name="usagecell",
                name="usage_usagecell_one_a_model_and_hour",
            ),
            migrations.RemoveIndex(
                model_name="usageimport",
                name="usage_usageimport_recent",
            ),
            migrations.RemoveIndex(
                model_name="usagepull",
                name="usage_usagepull_recent",
            ),
            migrations.AlterField(
                model_name="usagecell",
                name="client",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.client",
                ),
            ),
            migrations.AlterField(
                model_name="usagecell",
                name="usage_import",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="usage.usageimport",
                ),
            ),
            migrations.AlterField(
                model_name="usageimport",
                name="assessment",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="assessments.assessment",
                ),
            ),
            migrations.AlterField(
                model_name="usageimport",
                name="client",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.client",
                ),
            ),
            migrations.AlterField(
                model_name="usagepull",
                name="assessment",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="assessments.assessment",
                ),
            ),
            migrations.AlterField(
                model_name="usagepull",
                name="client",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.client",
                ),
            ),
            migrations.AlterField(
                model_name="usagepull",
                name="usage_import",
                field=models.ForeignKey(
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="usage.usageimport",
                ),
            ),
            migrations.AddIndex(
                model_name="usageimport",
                index=models.Index(
                    fields=["organization", "assessment", "-imported_at"],
                    name="usage_usageimport_recent",
                ),
            ),
            migrations.AddIndex(
                model_name="usagepull",
                index=models.Index(
                    fields=["organization", "assessment", "-created_at"],
                    name="usage_usagepull_recent",
                ),
            ),
            migrations.AddConstraint(
                model_name="usagecell",
                constraint=models.UniqueConstraint(
                    fields=(
                        "organization",
                        "usage_import",
                        "model",
                        "starts_at",
                        "hours",
                        "is_batch",
                        "above_input_tokens",
                        "charge",
                        "service_tier",
                        "region",
                        "modality",
                    ),
                    name="usage_usagecell_one_a_model_and_hour",
                ),
            ),
        ),
    ]
