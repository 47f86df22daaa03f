"""Logs say what happened, not to whom."""

import json
import logging

from siegel.core.logs import JsonFormatter


def line(message, **extra):
    record = logging.makeLogRecord({"msg": message, "levelname": "INFO", "name": "x", **extra})
    return json.loads(JsonFormatter().format(record))


def test_addresses_of_people_are_left_out():
    assert (
        line("Key (email)=(anna@musterwerk.test) exists")["message"] == "Key (email)=(…@…) exists"
    )


def test_links_that_let_in_are_left_out():
    token = "A" * 43
    assert token not in json.dumps(line(f"GET /r/{token}/"))
    assert token not in json.dumps(line("gone", path=f"/sign-in/password/new/{token}/"))


def test_plain_values_are_kept():
    assert line("done", count=3)["count"] == 3
