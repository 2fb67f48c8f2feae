"""The people who work on a roadmap: they bound what it promises."""

from django.db import migrations, models

from organizations.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_assessment_published_at")]

    operations = [
        AtOnce(
            migrations.AddField(
                "roadmap", "team_size", models.PositiveSmallIntegerField(default=2)
            ),
            migrations.AddConstraint(
                "roadmap",
                models.CheckConstraint(
                    condition=models.Q(team_size__gte=1, team_size__lte=100),
                    name="assessments_roadmap_team_is_somebody",
                ),
            ),
        ),
    ]
