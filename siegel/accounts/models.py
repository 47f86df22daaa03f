"""Accounts, the people in them, and what they may do."""

from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from siegel.accounts.names import name_or_email
from siegel.accounts.permissions import Role
from siegel.accounts.protection import BOUNDS, SecondFactor
from siegel.core.ids import new_id


class Account(models.Model):
    """The customer organisation; the tenant."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=5, default="de")
    time_zone = models.CharField(max_length=50, default="Europe/Berlin")
    created_at = models.DateTimeField(default=timezone.now)
    #: How many registration administrators there are: at least one, or the UPDATE is refused.
    registration_admins = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_keeps_a_registration_admin",
                condition=models.Q(registration_admins__gte=1),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Protection(models.Model):
    """How an account protects the access to it; without a row, the defaults of the rule hold."""

    account = models.OneToOneField(
        Account, models.PROTECT, primary_key=True, related_name="protection"
    )
    second_factor = models.CharField(
        max_length=10,
        choices=[(str(choice), str(choice)) for choice in SecondFactor],
        default="offered",
    )
    password_min_length = models.PositiveSmallIntegerField(default=12)
    password_mixed = models.BooleanField(default=False)
    session_idle_minutes = models.PositiveSmallIntegerField(default=20)
    lockout_attempts = models.PositiveSmallIntegerField(default=10)
    lockout_minutes = models.PositiveSmallIntegerField(default=15)
    self_unlock = models.BooleanField(default=True)
    server_invitations = models.BooleanField(default=True)
    pass_code_required = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="protection_second_factor_is_known",
                condition=models.Q(second_factor__in=[str(choice) for choice in SecondFactor]),
            ),
            *(
                models.CheckConstraint(
                    name=f"protection_{name}_in_bounds",
                    condition=models.Q(**{f"{name}__gte": low, f"{name}__lte": high}),
                )
                for name, (low, high) in BOUNDS.items()
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}"


class PersonManager(BaseUserManager["Person"]):
    """Django's sign-in asks for people by their e-mail address, in any case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Return the person with this e-mail address."""
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """One login. May hold licenses in several accounts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("E-mail"), max_length=254, unique=True)
    first_name = models.CharField(_("First name"), max_length=80, blank=True)
    last_name = models.CharField(_("Last name"), max_length=80, blank=True)
    language = models.CharField(max_length=5, default="de")
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    #: Part of what every session is signed with: counting it up ends them all.
    session_epoch = models.PositiveIntegerField(default=0, db_default=0)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = PersonManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_email_is_lower_case", condition=models.Q(email=Lower("email"))
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """First and last name, or the e-mail address where neither is known."""
        return name_or_email(self.first_name, self.last_name, self.email)

    def get_session_auth_hash(self) -> str:
        """Return what every session of the person carries: it ends when this changes."""
        return self._signed_epoch(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield the same under each old secret key, so that a new key ends no session."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._signed_epoch(secret)

    def _signed_epoch(self, secret: str | bytes | None) -> str:
        salt, value = "siegel.accounts.session", f"{self.password}:{self.session_epoch}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()


class SignInLock(models.Model):
    """Wrong passwords and codes for one e-mail address, known or not; gone after a quiet day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    #: A keyed hash of the address: what strangers type is not kept.
    key = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", null=True)
    failures = models.PositiveIntegerField(default=0)
    last_failed_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)
    unlock_hash = models.CharField(max_length=64, blank=True)  #: of the link in the mail

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.failures}"


class Profile(models.Model):
    """A person as one account knows them: what its administrators typed, never another's words."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    email = models.EmailField(max_length=254)  # the person's, copied for search within the account
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    organisation = models.CharField(max_length=120, blank=True)
    department = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    description = models.CharField(max_length=300, blank=True)
    #: "kruger anna" for Anna Krüger: what lists sort by.
    sort_name = models.CharField(max_length=200)
    #: Folded words with a blank before each, so that one LIKE finds words by their beginning.
    search = models.CharField(max_length=600)
    created_at = models.DateTimeField(default=timezone.now)
    #: Everything personal was replaced by a pseudonym then. Who comes again is somebody new.
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "person"],
                condition=models.Q(erased_at=None),
                name="profile_one_per_account",
            )
        ]
        indexes = [
            models.Index(fields=["account", "sort_name", "id"], name="profile_by_name"),
            models.Index(fields=["account", "email"], name="profile_by_email"),
            models.Index(
                "account", Lower("organisation"), "sort_name", "id", name="profile_by_organisation"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """First and last name, or the e-mail address where neither is known."""
        return name_or_email(self.first_name, self.last_name, self.email)


class RoleGrant(models.Model):
    """A role that a person has in an account now; its history is in the audit events."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="roles")
    role = models.CharField(max_length=20, choices=[(role, role) for role in Role])
    granted_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    granted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "role"], name="role_granted_once"),
            models.CheckConstraint(
                name="role_is_known", condition=models.Q(role__in=[str(role) for role in Role])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id}: {self.role}"


#: So often a pass code may be entered wrongly; then the link is locked.
MAX_WRONG_CODES = 10


class RegistrationLink(models.Model):
    """An invitation that one person can use once. The token itself is never stored."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    #: Hash of the code that the person is told by another way; empty where none is asked.
    pass_code = models.CharField(max_length=200, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    language = models.CharField(max_length=5, blank=True)  #: of the mail; empty: the account's
    message = models.CharField(max_length=300, blank=True)  #: a line of the inviting person
    mail_wanted_at = models.DateTimeField(null=True)
    mail_job = models.UUIDField(null=True)  #: the job that sends the mail
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile"],
                condition=models.Q(used_at=None, withdrawn_at=None),
                name="registration_link_one_open",
            ),
            models.CheckConstraint(
                name="registration_link_few_wrong_codes",
                condition=models.Q(wrong_codes__lte=MAX_WRONG_CODES),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class InvitationText(models.Model):
    """What an account's invitation mails say in one language; without a row, the default text."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=150)
    body = models.TextField(max_length=5000)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "language"], name="invitation_text_one_per_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.language}"


class RecoveryRequest(models.Model):
    """An operator's wish to make somebody registration administrator; another one approves it."""

    class State(models.TextChoices):
        OPEN = "open"
        APPROVED = "approved"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="+")
    successor = models.EmailField(max_length=254, blank=True)  #: who gets the license, if another
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    requested_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(state="open"), name="recovery_one_open"
            ),
            models.CheckConstraint(
                name="recovery_takes_two_people",
                condition=models.Q(approved_by=None)
                | ~models.Q(approved_by=models.F("requested_by")),
            ),
            models.CheckConstraint(
                name="recovery_approved_by_somebody",
                condition=models.Q(state="approved", approved_by__isnull=False)
                | (~models.Q(state="approved") & models.Q(approved_by=None)),
            ),
            models.CheckConstraint(
                name="recovery_ended_has_a_date",
                condition=models.Q(state="open", ended_at=None)
                | (~models.Q(state="open") & models.Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="recovery_state_is_known",
                condition=models.Q(state__in=["open", "approved", "withdrawn", "expired"]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ListColumns(models.Model):
    """Which columns a person has chosen for one list of an account; without a row, the usual."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    of_list = models.CharField(max_length=30)
    columns = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "account", "of_list"], name="list_columns_one_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.of_list}: {self.columns}"


class RestoreLink(models.Model):
    """A link with which somebody who is locked out chooses a new password, once.

    A model of its own: a registration link can never change a password that exists.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    #: Whether an administrator has seen it; such a link opens nothing beyond their account.
    shown = models.BooleanField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile"],
                condition=models.Q(used_at=None, withdrawn_at=None),
                name="restore_link_one_open",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class ApiToken(models.Model):
    """A key with which a program acts as one person in one account. Stored as a hash."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="+")
    label = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label


class ImportFile(models.Model):
    """A people file between its preview and its confirmation; deleted afterwards or after a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    file_name = models.CharField(max_length=200)
    default_kind = models.CharField(max_length=10)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.file_name
