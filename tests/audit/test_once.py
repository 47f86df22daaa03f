"""The same request twice: carried out once, answered the same."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from siegel.audit.actions import KeyUsedForAnotherRequest, once
from siegel.audit.models import IdempotencyKey
from siegel.core.refusal import Refusal


def ask(run, request="a"):
    return once(scope="s", key="k", request=request, at=timezone.now(), run=run)


@pytest.mark.django_db
def test_the_second_time_is_answered_from_memory():
    assert ask(lambda: 1) == (1, True)
    assert ask(lambda: 2) == (1, False)
    with pytest.raises(KeyUsedForAnotherRequest):
        ask(lambda: 3, request="b")


@pytest.mark.django_db
def test_a_refusal_keeps_no_key():
    def refuse():
        raise Refusal("no")

    with pytest.raises(Refusal, match="no"):
        ask(refuse)
    assert not IdempotencyKey.objects.exists()
    assert ask(lambda: 1) == (1, True)


@pytest.mark.django_db(transaction=True)
def test_who_is_refused_because_the_same_request_was_faster_gets_its_answer():
    if connection.vendor == "sqlite":
        pytest.skip("on SQLite the two wait for each other")

    def faster():
        ask(lambda: "first")
        connection.close()

    def run():
        beside = threading.Thread(target=faster)
        beside.start()
        beside.join()
        raise Refusal("holds one already")

    assert ask(run) == ("first", False)
