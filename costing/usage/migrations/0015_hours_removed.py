"""When the hours of an import were removed, because they are kept for some time only."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("usage", "0014_regions"),
    ]

    operations = [
        migrations.AddField(
            model_name="usageimport",
            name="hours_removed_at",
            field=models.DateTimeField(null=True),
        ),
    ]
