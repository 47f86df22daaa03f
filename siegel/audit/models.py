"""Who did what, when: only ever written, never changed."""

from django.db import models


class Event(models.Model):
    """One administrative act. ``data`` holds ids, figures and settings, never content."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+", null=True)
    actor = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+", null=True)
    door = models.CharField(max_length=20)
    verb = models.CharField(max_length=60)
    subject = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+", null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["account", "-at"], name="event_newest_first")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.verb}"


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
