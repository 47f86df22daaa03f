"""Logs as one JSON object a line, without personal content."""

import json
import logging
import re
from datetime import UTC, datetime

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

#: Addresses that let in whoever has them: registration links and links to a new password.
_SECRET = re.compile(r"((?:/|%2F)(?:r|password/new)(?:/|%2F))[\w-]{12,}", re.IGNORECASE)
#: E-mail addresses, which an error of the database may quote.
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class JsonFormatter(logging.Formatter):
    """Write time, level, logger and message, and every plain value given as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        for key, value in vars(record).items():
            if key not in _STANDARD and isinstance(value, str | int | float | bool):
                line[key] = value
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        text = json.dumps(line, ensure_ascii=False)
        return _EMAIL.sub("…@…", _SECRET.sub(r"\1…", text))
