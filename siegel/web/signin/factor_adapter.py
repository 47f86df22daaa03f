"""How django-allauth keeps our second factors."""

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext_lazy as _

from siegel.accounts.sealed_secrets import seal, unseal
from siegel.web.signin.passkeys import host_of


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc,unused-ignore]
    """Secrets are sealed; passkeys belong to the host that people see."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The browser's answer did not fit. Please try it once more."),
    }

    def encrypt(self, text: str) -> str:
        """Seal what is stored."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open what was stored."""
        return unseal(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return whom a passkey is for: this host name, under the name that people know."""
        return {"id": host_of(context.request), "name": "Siegel"}
