"""What must agree about accounts and people."""

from collections.abc import Iterator

from django.db.models import Count, F

from siegel.accounts.models import Account, Profile, RoleGrant
from siegel.accounts.permissions import Role


def check() -> Iterator[str]:
    """Yield one sentence for each thing that does not agree."""
    holders = dict(
        RoleGrant.objects.filter(role=Role.REGISTRATION_ADMIN)
        .values_list("profile__account")
        .annotate(count=Count("id"))
    )
    for account in Account.objects.all():
        if account.registration_admins != holders.get(account.id, 0):
            yield (
                f"account {account.slug} counts {account.registration_admins} registration "
                f"administrators, but {holders.get(account.id, 0)} hold the role"
            )
    strangers = Profile.objects.filter(erased_at=None).exclude(email=F("person__email"))
    for profile_id in strangers.values_list("id", flat=True)[:100]:
        yield f"profile {profile_id} has another e-mail address than its person"
