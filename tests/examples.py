"""How many examples the property tests try."""

import os

from django.db import connection


def examples(every: int) -> int:
    """Return all on PostgreSQL, a third on SQLite, where people run the suite while they work.

    EXAMPLES=all tries all on SQLite, too.
    """
    if connection.vendor == "postgresql" or os.environ.get("EXAMPLES") == "all":
        return every
    return max(3, every // 3)
