from django.db import migrations

from siegel.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("licensing", "0001_initial")]

    operations = [
        append_only("licensing_booking"),
        append_only("licensing_ledgerentry"),
        append_only("licensing_ledgerseal"),
    ]
