from django.db import migrations


class Migration(migrations.Migration):
    """The table of Django's database cache, as `createcachetable` makes it: no tenant's rows."""

    dependencies = [("organizations", "0002_apikey_audit_scope")]

    operations = [
        migrations.RunSQL(
            [
                """
                create table counters (
                    cache_key varchar(255) primary key,
                    value text not null,
                    expires timestamp with time zone not null
                )
                """,
                "create index counters_expires on counters (expires)",
            ],
            "drop table counters",
        ),
    ]
