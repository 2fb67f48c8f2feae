"""The starter kit is a document too: it can be drawn, shared and opened."""

from django.db import migrations, models

from organizations.migrations._at_once import AtOnce

KINDS = [
    ("scorecard", "Scorecard"),
    ("executive-brief", "Executive brief"),
    ("workbook", "Scoring workbook"),
    ("guide", "Facilitator guide"),
    ("starter-kit", "Starter kit"),
]


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_share_link_documents")]

    operations = [
        AtOnce(
            migrations.AlterField(
                "deliverable", "kind", models.CharField(choices=KINDS, max_length=20)
            ),
            migrations.AlterField(
                "sharelinkopening",
                "what",
                models.CharField(
                    choices=[("page", "The page"), ("archive", "All as ZIP"), *KINDS], max_length=20
                ),
            ),
        ),
    ]
