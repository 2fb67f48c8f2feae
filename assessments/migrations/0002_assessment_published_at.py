"""When results of an assessment were published to the client's people."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]

    operations = [
        migrations.AddField("assessment", "published_at", models.DateTimeField(null=True)),
    ]
