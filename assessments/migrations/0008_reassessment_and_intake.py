"""Reassessments: what an assessment was started from, and which answers were carried over."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from organizations.tenancy import composite_key


class Migration(migrations.Migration):
    """An assessment has at most one reassessment, of the same client; why it is run has a time."""

    dependencies: ClassVar = [("assessments", "0007_aims")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="assessment",
            name="previous",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessments.assessment",
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="intake_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="answer",
            name="is_carried_over",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                fields=["previous"], name="assessments_assessment_one_reassessment"
            ),
        ),
        composite_key(
            "assessments_assessment", "previous_id", "assessments_assessment", client=True
        ),
    ]
