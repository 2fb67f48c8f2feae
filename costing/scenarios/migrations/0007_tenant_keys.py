"""Keys that lead with the tenant; the composite keys alone hold references inside it."""

import django.db.models.deletion
from django.db import migrations, models

from organizations.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0008_tenant_keys"),
        ("catalog", "0004_tenant_keys"),
        ("jobs", "0004_tenant_keys"),
        ("organizations", "0010_tenant_keys"),
        ("scenarios", "0006_policies"),
    ]

    operations = [
        AtOnce(
            migrations.AlterField(
                model_name="economicsresult",
                name="client",
                field=models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.client",
                ),
            ),
            migrations.AlterField(
                model_name="economicsresult",
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
                model_name="economicsresult",
                name="scenario",
                field=models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="scenarios.scenario",
                ),
            ),
            migrations.AlterField(
                model_name="logreplay",
                name="client",
                field=models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.client",
                ),
            ),
            migrations.AlterField(
                model_name="logreplay",
                name="scenario",
                field=models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="scenarios.scenario",
                ),
            ),
            migrations.AlterField(
                model_name="scenario",
                name="alternative_to",
                field=models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="scenarios.scenario",
                ),
            ),
            migrations.AlterField(
                model_name="scenario",
                name="assessment",
                field=models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="assessments.assessment",
                ),
            ),
            migrations.AlterField(
                model_name="scenario",
                name="client",
                field=models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.client",
                ),
            ),
            migrations.AddConstraint(
                model_name="economicsresult",
                constraint=models.UniqueConstraint(
                    fields=("organization", "job"), name="scenarios_economicsresult_one_a_job"
                ),
            ),
        ),
    ]
