"""The WSGI entry point."""

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from django.core.wsgi import get_wsgi_application

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class _Started:
    """A body whose first chunk is already here; closing it closes the original."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self.close = getattr(body, "close", lambda: None)
        chunks = iter(body)
        try:
            self._chunks = chain([next(chunks, b"")], chunks)
        except BaseException:
            self.close()  # the server will not see this body, so nobody else would
            raise

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks


def start_before_answering(application: Application) -> Application:
    """Return the application with the first chunk of every answer pulled before it returns.

    Granian takes status and headers as soon as the application returns. A generator has not yet
    run then, so its 401 or 404 would leave as 200.
    """

    def started(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = application(environ, start_response)
        return body if isinstance(body, list) else _Started(body)

    return started


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = start_before_answering(get_wsgi_application())
