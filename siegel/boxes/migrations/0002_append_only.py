from django.db import migrations

from siegel.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("boxes", "0001_initial")]

    operations = [append_only("boxes_boxmove")]
