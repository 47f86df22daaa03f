"""Who did what, when: only ever written, never changed."""

from django.db import models


class Event(models.Model):
    """One administrative act. ``data`` holds ids, figures and settings, never content."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    # No index of their own: those below begin with the account, and nobody asks across accounts.
    account = models.ForeignKey(
        "accounts.Account", models.PROTECT, related_name="+", null=True, db_index=False
    )
    actor = models.ForeignKey(
        "accounts.Person", models.PROTECT, related_name="+", null=True, db_index=False
    )
    door = models.CharField(max_length=20)
    verb = models.CharField(max_length=60)
    subject = models.ForeignKey(
        "accounts.Person", models.PROTECT, related_name="+", null=True, db_index=False
    )
    data = models.JSONField(default=dict)

    class Meta:
        # Each filter of the log walks one of them, newest first, however many events there are.
        indexes = [
            models.Index(fields=["account", "at", "id"], name="event_by_moment"),
            models.Index(fields=["account", "actor", "at", "id"], name="event_by_actor"),
            models.Index(fields=["account", "subject", "at", "id"], name="event_by_subject"),
            models.Index(fields=["account", "verb", "at", "id"], name="event_by_verb"),
            models.Index(fields=["account", "door", "at", "id"], name="event_by_door"),
            models.Index(fields=["account", "actor", "verb", "at", "id"], name="event_by_deed"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.verb}"


class EventSeal(models.Model):
    """A hash over the events up to ``last_id``, chained to the seal before. Append-only.

    Ids come from a sequence: a transaction that takes long commits smaller ids after larger ones.
    So a seal says which ids of its stretch it did not see (``gaps``: pairs of first and last), and
    a later one covers what arrived in them (``late``).
    """

    number = models.BigIntegerField(primary_key=True)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    gaps = models.JSONField(default=list)
    late = models.JSONField(default=list)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"#{self.number}"


class IdempotencyKey(models.Model):
    """A request that was carried out, so that its repetition changes nothing (promise 12)."""

    id = models.BigAutoField(primary_key=True)
    scope = models.CharField(max_length=80)  #: whose key it is: account and person
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  #: what was asked; another question is refused
    answer = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once")
        ]

    def __str__(self) -> str:
        return self.key
