"""What doors may know about a person's second factors."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

#: What can be asked for at the sign-in; recovery codes only replace one of them.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True)
class Factor:
    """One authenticator app or one passkey."""

    id: int
    is_app: bool
    name: str  #: empty for an app that nobody named
    created_at: datetime
    last_used_at: datetime | None

    @property
    def kind(self) -> str:
        """What it is, in the reader's language."""
        return _("Authenticator app") if self.is_app else _("Passkey")

    @property
    def shown_name(self) -> str:
        """Its name, else what it is."""
        return self.name or self.kind


@dataclass(frozen=True)
class SecondFactors:
    """Everything that a person can show beside the password."""

    factors: list[Factor]
    codes_left: int  #: recovery codes that were not used yet

    @property
    def app(self) -> Factor | None:
        """The authenticator app; there is one at most."""
        return next((factor for factor in self.factors if factor.is_app), None)


def second_factors_of(person_id: UUID) -> SecondFactors:
    """Return the person's second factors, oldest first."""
    rows = list(Authenticator.objects.filter(user_id=person_id).order_by("created_at", "id"))
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return SecondFactors(
        factors=[
            Factor(
                id=row.id,
                is_app=row.type == Authenticator.Type.TOTP,
                name=row.data.get("name", ""),
                created_at=row.created_at,
                last_used_at=row.last_used_at,
            )
            for row in rows
            if row.type in FACTORS
        ],
        codes_left=_unused(codes.data) if codes else 0,
    )


def _unused(data: dict[str, Any]) -> int:
    """Count without opening the seed: each bit of the mask is a used code."""
    return int(app_settings.RECOVERY_CODE_COUNT) - int(data["used_mask"]).bit_count()


def people_with_factor() -> Any:
    """Return the ids of everybody with a second factor, as a part of other queries."""
    return Authenticator.objects.filter(type__in=FACTORS).values("user_id")


def has_second_factor(person_id: UUID) -> bool:
    """Return whether the sign-in asks this person for more than the password."""
    return bool(Authenticator.objects.filter(user_id=person_id, type__in=FACTORS).exists())
