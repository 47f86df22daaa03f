"""Every address × everybody: who gets in, who is told no, and who learns nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from siegel.accounts.models import ImportFile
from siegel.licensing import actions
from siegel.licensing.rules import Quantities
from siegel.workflows.guests import take_guest
from tests import cast

pytestmark = pytest.mark.django_db

ADMINS = {"anna", "tom"}
BILLING = {"anna", "bea"}
INVITING = {"anna", "tom", "bea", "otto", "paul"}  # full licenses with the right to have guests
EVERYBODY = {"anna", "tom", "bea", "otto", "paul", "gina"}
OTHERS = {"ines", "xaver"}  # invited but not accepted; from another account

#: Pages of an account: the address's name, and who may open it.
ACCOUNT_PAGES = {
    "account_start": EVERYBODY,
    "account": ADMINS,
    "ledger": ADMINS | {"otto"},
    "ledger_export": ADMINS | {"otto"},
    "holders_export": ADMINS,
    "log": ADMINS | {"otto"},
    "log_people": ADMINS | {"otto"},
    "log_export": ADMINS | {"otto"},
    "figures": ADMINS,
    "protection": ADMINS | {"otto"},
    "customization": ADMINS,
    "api_tokens": ADMINS,
    "api_token_revoke": ADMINS,
    "portal": BILLING,
    "portal_subscription": BILLING,
    "portal_change": BILLING,
    "portal_withdraw": BILLING,
    "portal_plan_again": BILLING,
    "people": ADMINS,
    "people_columns": ADMINS,
    "people_export": ADMINS,
    "people_batch": ADMINS,
    "groups": ADMINS,
    "group": ADMINS,
    "group_delete": ADMINS,
    "people_invite": ADMINS,
    "people_links": ADMINS,
    "people_import": ADMINS,
    "people_import_sample": ADMINS,
    "people_import_preview": ADMINS,
    "people_import_discard": ADMINS,
    "person": ADMINS,
    "person_permissions": ADMINS,
    "person_rights": ADMINS,
    "person_groups": ADMINS,
    "person_access": ADMINS,
    "person_history": ADMINS,
    "person_edit": ADMINS,
    "person_link": ADMINS,
    "person_link_new": ADMINS,
    "person_link_mail": ADMINS,
    "person_suspend": ADMINS,
    "person_activate": ADMINS,
    "person_reassign": ADMINS,
    "person_restore": ADMINS,
    "person_kind": ADMINS,
    "person_end": ADMINS,
    "person_release": ADMINS,
    "people_remove": ADMINS,
    "people_bin": ADMINS,
    "people_bin_chosen": ADMINS,
    "people_restore": ADMINS,
    "people_erase": {"anna"},
    "guests": INVITING,
    "guests_of_colleagues": INVITING,
    "guest_invite": INVITING,
    "guest": INVITING,
    "guest_take": INVITING,
    "guest_share": INVITING,
    "guest_leave": INVITING,
    "guest_end": INVITING,
    "guest_link": INVITING,
    "guest_link_new": INVITING,
    "guest_link_mail": INVITING,
    "person_roles": ADMINS,
    "person_role": ADMINS,
}
#: An uploaded people file is shown to whoever uploaded it, here Anna; for Tom it does not exist.
HIDDEN = {("people_import_preview", "tom")} | {
    # A guest's registration link is only for administrators and for who invited the guest.
    (name, who)
    for name in ("guest_link", "guest_link_new", "guest_link_mail")
    for who in INVITING - ADMINS
}
#: Addresses of the person who is signed in; everybody else is sent to the sign-in page.
SIGNED_IN_PAGES = {
    "me",
    "account_change_password",
    "account_reauthenticate",
    "second_factor",
    "second_factor_app",
    "second_factor_passkey",
    "second_factor_codes",
    "second_factor_name",
    "second_factor_remove",
}
#: Addresses that need no sign-in.
PUBLIC_PAGES = {
    "healthz",
    "start",
    "account_login",
    "account_logout",
    "account_inactive",
    "mfa_authenticate",
    "unlock_login",
    "stay_signed_in",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "language",
    "theme",
    "register",
    "restore_access",
}
#: The API has no sessions: tests/api shows who may what by token.
API = "api/"


def every_address(resolver=None, before=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        address = before + str(pattern.pattern)
        if not isinstance(pattern, URLPattern):
            yield from every_address(pattern, address)
        elif not address.startswith(API):
            yield address, pattern.name


def test_every_address_has_a_row_here_and_every_row_an_address():
    names = {name for _address, name in every_address()}
    rows = set(ACCOUNT_PAGES) | SIGNED_IN_PAGES | PUBLIC_PAGES
    assert {address for address, name in every_address() if name not in rows} == set()
    assert rows - names == set()


def test_everything_of_an_account_is_under_its_short_name():
    for address, name in every_address():
        assert address.startswith("a/<slug:slug>/") == (name in ACCOUNT_PAGES), address


@pytest.fixture
def world():
    """The cast, with an object for every kind of id in an address."""
    made = cast.assemble()
    change = actions.plan_change(
        actor=made.bea.actor,
        account_id=made.musterwerk.id,
        quantities=Quantities(full=9),
        effective_at=timezone.now() + timedelta(days=30),
        at=timezone.now(),
        plan="matrix",
    )
    file = ImportFile.objects.create(
        account_id=made.musterwerk.id,
        uploaded_by_id=made.anna.person_id,
        file_name="people.csv",
        default_kind="full",
        content=b"email\nneu@musterwerk.test\n",
    )
    token = actions_token(made)
    ids = {
        "license_id": made.ines.license_id,
        "guest": guest_of_all(made),
        "change_id": change,
        "file_id": file.id,
        "token_id": token,
        "kind": "full",
        "role": "auditor",
        "what": "suspend",
        "group_id": actions.create_group(
            actor=made.anna.actor,
            account_id=made.musterwerk.id,
            name="Matrix",
            at=timezone.now(),
        ),
    }
    return made, ids


def guest_of_all(made):
    """Return a guest who is everybody's: what to do about one is for their sponsors."""
    for who in sorted(INVITING):
        take_guest(
            actor=getattr(made, who).actor,
            account_id=made.musterwerk.id,
            email=made.gina.email,
            at=timezone.now(),
        )
    return made.gina.license_id


def actions_token(made):
    from siegel.accounts.actions import create_api_token
    from siegel.accounts.models import ApiToken

    create_api_token(
        actor=made.anna.actor,
        account_id=made.musterwerk.id,
        label="matrix",
        days=1,
        at=timezone.now(),
    )
    return ApiToken.objects.get().id


#: What an address is asked with where it cannot be looked at without.
QUERIES = {"person_roles": "?role=auditor"}


def address_of(name, ids, slug):
    parts = {row_name: address for address, row_name in every_address()}[name]
    words = {key: value for key, value in ids.items() if f":{key}>" in parts}
    if name.startswith("guest") and "license_id" in words:
        words["license_id"] = ids["guest"]
    return reverse(name, kwargs={"slug": slug} | words) + QUERIES.get(name, "")


@pytest.mark.parametrize("name", sorted(ACCOUNT_PAGES))
def test_who_may_open_a_page_of_an_account(name, world):
    made, ids = world
    address = address_of(name, ids, "musterwerk")
    for who in sorted(EVERYBODY | OTHERS):
        client = Client()
        client.force_login(getattr(made, who).login)
        # Who may get in is only asked to look; the others must not get in with a POST either.
        if who in ACCOUNT_PAGES[name] and (name, who) not in HIDDEN:
            assert client.get(address).status_code in {200, 302, 405}, (name, who)
            continue
        expected = 404 if who in OTHERS or (name, who) in HIDDEN else 403
        assert client.get(address).status_code in {expected, 405}, (name, who)
        assert client.post(address).status_code in {expected, 405}, (name, who)
        assert {client.get(address).status_code, client.post(address).status_code} != {405}
    for answer in (Client().get(address), Client().post(address)):
        assert answer.status_code in {302, 405}
        assert answer.status_code == 405 or answer.url.startswith("/sign-in/")


@pytest.mark.parametrize(
    "name", [name for address, name in every_address() if "_id>" in address and "<slug" in address]
)
def test_the_ids_of_another_account_are_not_found_in_ones_own(name, world):
    made, ids = world
    client = Client()
    client.force_login(made.xaver.login)
    address = address_of(name, ids, "anderswo")
    # A redirect counts as what it leads to.
    answers = {client.get(address, follow=True).status_code, client.post(address).status_code}
    if name == "people_import_discard":  # what is not there is gone already: back to the upload
        assert answers == {405} or client.post(address).status_code == 302
        assert ImportFile.objects.filter(id=ids["file_id"]).exists()
        return
    assert answers <= {404, 405}
    assert 404 in answers


@pytest.mark.parametrize("name", sorted(SIGNED_IN_PAGES))
def test_own_pages_ask_for_the_sign_in(name):
    address = {row_name: address for address, row_name in every_address()}[name]
    answer = Client().get("/" + address.replace("<int:factor_id>", "1"))
    assert answer.status_code == 302
    assert answer.url.startswith("/sign-in/")
