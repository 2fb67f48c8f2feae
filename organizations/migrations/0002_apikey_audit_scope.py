from django.db import migrations, models

from organizations.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_initial")]

    operations = [
        AtOnce(
            migrations.RemoveConstraint("apikey", "organizations_apikey_scopes_known"),
            migrations.AddConstraint(
                "apikey",
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "scopes__in",
                            (
                                ["read"],
                                ["read", "write"],
                                ["read", "audit"],
                                ["read", "write", "audit"],
                            ),
                        )
                    ),
                    name="organizations_apikey_scopes_known",
                ),
            ),
        ),
    ]
