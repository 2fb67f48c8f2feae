"""Keys and indexes of what belongs to an assessment lead with the organization."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from organizations.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0005_summaries"),
        ("organizations", "0007_audit_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AtOnce(
            migrations.RemoveConstraint(
                model_name="answer",
                name="assessments_answer_one_a_question",
            ),
            migrations.RemoveConstraint(
                model_name="chosentarget",
                name="assessments_chosentarget_one_a_dimension",
            ),
            migrations.RemoveConstraint(
                model_name="costsummary",
                name="assessments_costsummary_one_an_assessment",
            ),
            migrations.RemoveConstraint(
                model_name="roadmap",
                name="assessments_roadmap_one_an_assessment",
            ),
            migrations.RemoveConstraint(
                model_name="roadmapaction",
                name="assessments_roadmapaction_one_a_template",
            ),
            migrations.RemoveIndex(
                model_name="evidence",
                name="assessments_evidence_question",
            ),
            migrations.RemoveIndex(
                model_name="note",
                name="assessments_note_recent",
            ),
            migrations.RemoveIndex(
                model_name="roadmapaction",
                name="assessments_action_due",
            ),
            migrations.RemoveIndex(
                model_name="scorecard",
                name="assessments_scorecard_latest",
            ),
            migrations.AlterField(
                model_name="answer",
                name="assessment",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="assessments.assessment",
                ),
            ),
            migrations.AlterField(
                model_name="chosentarget",
                name="assessment",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="assessments.assessment",
                ),
            ),
            migrations.AlterField(
                model_name="costsummary",
                name="assessment",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="assessments.assessment",
                ),
            ),
            migrations.AlterField(
                model_name="evidence",
                name="assessment",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="assessments.assessment",
                ),
            ),
            migrations.AlterField(
                model_name="note",
                name="assessment",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="assessments.assessment",
                ),
            ),
            migrations.AlterField(
                model_name="roadmap",
                name="assessment",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="assessments.assessment",
                ),
            ),
            migrations.AlterField(
                model_name="roadmapaction",
                name="assessment",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="assessments.assessment",
                ),
            ),
            migrations.AlterField(
                model_name="scorecard",
                name="assessment",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="assessments.assessment",
                ),
            ),
            migrations.AddIndex(
                model_name="assessment",
                index=models.Index(
                    fields=["organization", "-created_at"], name="assessments_newest"
                ),
            ),
            migrations.AddIndex(
                model_name="evidence",
                index=models.Index(
                    fields=["organization", "assessment", "kind", "key"],
                    name="assessments_evidence_question",
                ),
            ),
            migrations.AddIndex(
                model_name="note",
                index=models.Index(
                    fields=["organization", "assessment", "-written_at"],
                    name="assessments_note_recent",
                ),
            ),
            migrations.AddIndex(
                model_name="roadmapaction",
                index=models.Index(
                    fields=["organization", "assessment", "due_on"], name="assessments_action_due"
                ),
            ),
            migrations.AddIndex(
                model_name="scorecard",
                index=models.Index(
                    fields=["organization", "assessment", "-computed_at"],
                    name="assessments_scorecard_latest",
                ),
            ),
            migrations.AddConstraint(
                model_name="answer",
                constraint=models.UniqueConstraint(
                    fields=("organization", "assessment", "kind", "key"),
                    name="assessments_answer_one_a_question",
                ),
            ),
            migrations.AddConstraint(
                model_name="chosentarget",
                constraint=models.UniqueConstraint(
                    fields=("organization", "assessment", "dimension"),
                    name="assessments_chosentarget_one_a_dimension",
                ),
            ),
            migrations.AddConstraint(
                model_name="costsummary",
                constraint=models.UniqueConstraint(
                    fields=("organization", "assessment"),
                    name="assessments_costsummary_one_an_assessment",
                ),
            ),
            migrations.AddConstraint(
                model_name="roadmap",
                constraint=models.UniqueConstraint(
                    fields=("organization", "assessment"),
                    name="assessments_roadmap_one_an_assessment",
                ),
            ),
            migrations.AddConstraint(
                model_name="roadmapaction",
                constraint=models.UniqueConstraint(
                    condition=models.Q(("key", ""), _negated=True),
                    fields=("organization", "assessment", "key"),
                    name="assessments_roadmapaction_one_a_template",
                ),
            ),
        ),
    ]
