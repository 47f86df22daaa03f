from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations import AlterField, RunPython, SeparateDatabaseAndState
from django.db.migrations.state import StateApps

from siegel.core.append_only import append_only

_KEYS = (("account", "accounts.account"), ("actor", "accounts.person"), ("subject", "accounts.person"))


def _foreign_key(to: str) -> models.ForeignKey:
    return models.ForeignKey(
        null=True,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
    )


def _drop_key_indexes(apps: StateApps, editor: Any) -> None:
    """Drop the foreign keys' own indexes.

    Not with AlterField: on SQLite it would make the table anew, without its append-only triggers.
    """
    connection = editor.connection
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "audit_event")
    keys = [[f"{name}_id"] for name, _to in _KEYS]
    for name, facts in found.items():
        if facts["index"] and not facts["unique"] and facts["columns"] in keys:
            editor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only"), ("accounts", "0001_initial")]

    operations = [
        SeparateDatabaseAndState(
            state_operations=[
                AlterField("event", name, _foreign_key(to)) for name, to in _KEYS
            ],
            database_operations=[RunPython(_drop_key_indexes, RunPython.noop)],
        ),
        migrations.RemoveIndex(model_name="event", name="event_newest_first"),
        *(
            migrations.AddIndex("event", models.Index(fields=["account", *fields, "at", "id"], name=name))
            for name, fields in (
                ("event_by_moment", []),
                ("event_by_actor", ["actor"]),
                ("event_by_subject", ["subject"]),
                ("event_by_verb", ["verb"]),
                ("event_by_door", ["door"]),
                ("event_by_deed", ["actor", "verb"]),
            )
        ),
        migrations.CreateModel(
            name="EventSeal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("first_id", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("gaps", models.JSONField(default=list)),
                ("late", models.JSONField(default=list)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        append_only("audit_eventseal"),
    ]
