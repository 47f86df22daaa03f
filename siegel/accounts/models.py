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
    #: "kruger anna" for Anna Krüger: what lists sort by.
    sort_name = models.CharField(max_length=200)
    #: Folded words with a blank before each, so that one LIKE finds words by their beginning.
    search = models.CharField(max_length=600)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "person"], name="profile_one_per_account")
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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile"],
                condition=models.Q(used_at=None, withdrawn_at=None),
                name="registration_link_one_open",
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
