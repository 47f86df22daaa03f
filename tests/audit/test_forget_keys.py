"""Idempotency keys do not pile up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from siegel.audit.actions import forget_idempotency_keys, once
from siegel.audit.models import IdempotencyKey

pytestmark = pytest.mark.django_db


def test_only_keys_older_than_thirty_days_are_forgotten():
    now = timezone.now()
    for days in (0, 29, 31):
        once(scope="a", key=f"{days}", request={}, at=now - timedelta(days=days), run=dict)
    assert forget_idempotency_keys(at=now) == 1
    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == {"0", "29"}
