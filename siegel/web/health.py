"""Whether this instance works, for load balancers and monitoring; needs no sign-in."""

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from siegel.jobs.queries import worker_age

#: Seconds without a sign of life after which no worker seems to run.
WORKER_SILENT = 120


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 503 when the database does not; a silent worker is told, but pages still work."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        age = worker_age(timezone.now())
    except (DatabaseError, InterfaceError):
        return JsonResponse({"status": "down", "database": "down"}, status=503)
    alive = age is not None and age < WORKER_SILENT
    return JsonResponse(
        {
            "status": "ok" if alive else "degraded",
            "database": "ok",
            "worker": "ok" if alive else "silent",
            "worker_seconds": None if age is None else round(age, 1),
        }
    )
