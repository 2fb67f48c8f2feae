"""Indexes of scenarios, results and replays lead with the organization."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from organizations.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0006_tenant_indexes"),
        ("catalog", "0002_modelprice_further"),
        ("jobs", "0002_revocation"),
        ("organizations", "0007_audit_indexes"),
        ("scenarios", "0004_log_replay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AtOnce(
            migrations.RemoveIndex(
                model_name="economicsresult",
                name="scenarios_economics_latest",
            ),
            migrations.RemoveIndex(
                model_name="logreplay",
                name="scenarios_logreplay_recent",
            ),
            migrations.RemoveIndex(
                model_name="scenario",
                name="scenarios_scenario_recent",
            ),
            migrations.AlterField(
                model_name="economicsresult",
                name="client",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.client",
                ),
            ),
            migrations.AlterField(
                model_name="economicsresult",
                name="scenario",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="scenarios.scenario",
                ),
            ),
            migrations.AlterField(
                model_name="logreplay",
                name="scenario",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="scenarios.scenario",
                ),
            ),
            migrations.AlterField(
                model_name="scenario",
                name="assessment",
                field=models.ForeignKey(
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
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.client",
                ),
            ),
            migrations.AddIndex(
                model_name="economicsresult",
                index=models.Index(
                    fields=["organization", "scenario", "-computed_at"],
                    name="scenarios_economics_latest",
                ),
            ),
            migrations.AddIndex(
                model_name="logreplay",
                index=models.Index(
                    fields=["organization", "scenario", "-sent_at"],
                    name="scenarios_logreplay_recent",
                ),
            ),
            migrations.AddIndex(
                model_name="scenario",
                index=models.Index(
                    fields=["organization", "assessment", "-changed_at"],
                    name="scenarios_scenario_recent",
                ),
            ),
        ),
    ]
