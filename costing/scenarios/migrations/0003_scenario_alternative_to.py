"""Whether a scenario is a part of its client's workload, or an alternative to one."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from organizations.migrations._at_once import AtOnce
from organizations.migrations._tenancy import composite_key

TABLES = ("scenarios_scenario", "scenarios_economicsresult")
# Until now the scenario that was computed last stood for its assessment: it stays the part, and
# the others become alternatives to it. Where none was computed, the last changed one does.
KEEP_THE_NEWEST = """
    update scenarios_scenario as scenario set alternative_to_id = part.id
    from (
        select distinct on (candidate.assessment_id) candidate.assessment_id, candidate.id
        from scenarios_scenario as candidate
        left join scenarios_economicsresult as result on result.scenario_id = candidate.id
        where candidate.archived_at is null
        order by candidate.assessment_id, result.computed_at desc nulls last,
            candidate.changed_at desc, candidate.id desc
    ) as part
    where part.assessment_id = scenario.assessment_id and part.id <> scenario.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("scenarios", "0002_archive"),
    ]

    operations = [
        AtOnce(
            migrations.AddField(
                "scenario",
                "alternative_to",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="scenarios.scenario",
                ),
            ),
            migrations.AddConstraint(
                "scenario",
                models.CheckConstraint(
                    condition=~Q(alternative_to=F("id")),
                    name="scenarios_scenario_not_its_alternative",
                ),
            ),
        ),
        composite_key("scenarios_scenario", "alternative_to_id", "scenarios_scenario", client=True),
        # The owner of a table with forced row-level security sees no row of it either.
        migrations.RunSQL(
            (
                *(f"alter table {table} no force row level security" for table in TABLES),
                KEEP_THE_NEWEST,
                "set constraints all immediate",
                *(f"alter table {table} force row level security" for table in TABLES),
            ),
            migrations.RunSQL.noop,
        ),
    ]
