"""Signing in and out, forgotten passwords, and what of allauth cannot be reached."""

import re

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils.translation import override

from siegel.jobs.models import Job
from siegel.jobs.worker import run_jobs
from siegel.licensing.models import License
from siegel.web.signin.adapter import Adapter
from tests import cast, make

pytestmark = pytest.mark.django_db
NEW = "ein-ganz-neues-passwort"
#: How Django and allauth speak German: to a friend, or without a whole sentence.
RUDE = r"\b([Dd]u|[Dd]ein\w*|[Dd]ich|[Dd]ir|leider|zwingend|üblich|Bitte (versuche|gültige))\b"


def sign_in(client: Client, email: str, password: str = make.PASSWORD, **more: str) -> int:
    return client.post("/sign-in/", {"login": email, "password": password, **more}).status_code


def test_sign_in_leads_to_the_account(client: Client) -> None:
    anna = cast.assemble().anna
    answer = client.post(
        "/sign-in/", {"login": "ANNA@musterwerk.test ", "password": make.PASSWORD}, follow=True
    )
    assert answer.redirect_chain[-1][0] == "/a/musterwerk/"
    assert anna.login.name in answer.text


def test_sign_in_goes_on_to_the_page_that_was_asked_for(client: Client) -> None:
    cast.assemble()
    answer = client.post(
        "/sign-in/",
        {"login": "anna@musterwerk.test", "password": make.PASSWORD, "next": "/me/"},
    )
    assert answer["Location"] == "/me/"


def test_sign_in_goes_on_to_no_other_site(client: Client) -> None:
    cast.assemble()
    answer = client.post(
        "/sign-in/",
        {"login": "anna@musterwerk.test", "password": make.PASSWORD, "next": "//evil.example"},
    )
    assert answer["Location"] == "/"


def test_sign_in_is_noted_on_the_license(client: Client) -> None:
    anna = cast.assemble().anna
    before = License.objects.get(id=anna.license_id).last_active_at
    sign_in(client, anna.email)
    after = License.objects.get(id=anna.license_id).last_active_at
    assert before and after and after > before


@pytest.mark.parametrize("email", ["anna@musterwerk.test", "nobody@musterwerk.test"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: Client, email: str
) -> None:
    cast.assemble()
    answer = client.post("/sign-in/", {"login": email, "password": "falsch"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "falsch" in answer.text.split('role="alert"')[1]


def test_a_lock_is_one_persons_and_not_the_offices(client: Client) -> None:
    people = cast.assemble()
    for _attempt in range(31):  # more than a default limit per IP allows
        sign_in(client, people.anna.email, "falsch")
    assert sign_in(client, people.tom.email) == 302


def test_a_new_password_unlocks(client: Client) -> None:
    anna = cast.assemble().anna
    for _attempt in range(11):
        sign_in(client, anna.email, "falsch")
    client.post("/sign-in/password/forgotten/", {"email": anna.email})
    run_jobs()
    link = re.search(
        r"http://127\.0\.0\.1:8000(/sign-in/password/new/\S+)",
        "".join(str(sent.body) for sent in mail.outbox),
    )
    assert link
    form = client.get(link[1], follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW, "password2": NEW})
    assert sign_in(Client(), anna.email, NEW) == 302


def test_a_link_that_a_sign_in_has_ended_says_so(client: Client) -> None:
    anna = cast.assemble().anna
    client.post("/sign-in/password/forgotten/", {"email": anna.email})
    run_jobs()
    link = re.search(
        r"http://127\.0\.0\.1:8000(/sign-in/password/new/\S+)", str(mail.outbox[0].body)
    )
    assert link
    assert sign_in(Client(), anna.email) == 302
    assert "oder Sie haben sich inzwischen angemeldet" in client.get(link[1], follow=True).text


def test_the_page_about_too_many_requests_is_readable(
    client: Client, settings: LazySettings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    for _attempt in range(3):
        answer = client.post("/sign-in/", {"login": "x@y.test", "password": "falsch"})
    assert answer.status_code == 429
    assert "Zu viele Versuche" in answer.text


def test_sign_out_asks_first_and_then_does_it(client: Client) -> None:
    client.force_login(cast.assemble().anna.login)
    assert "Abmelden?" in client.get("/sign-in/out/").text
    assert client.get("/me/").status_code == 200
    assert client.post("/sign-in/out/")["Location"] == "/sign-in/"
    assert client.get("/me/")["Location"].startswith("/sign-in/?next=")


def test_a_forgotten_password_is_replaced_through_the_mail_once(client: Client) -> None:
    cast.assemble()
    client.post("/sign-in/password/forgotten/", {"email": "Anna@musterwerk.test"})
    assert mail.outbox == []  # the answer does not wait for the mail server
    assert "password/new" not in str(Job.objects.get().arguments)
    run_jobs()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["anna@musterwerk.test"], "Neues Passwort wählen")
    assert isinstance(sent, EmailMultiAlternatives)
    link = re.search(r"http://127\.0\.0\.1:8000(/sign-in/password/new/\S+)", str(sent.body))
    assert link
    assert link[0] in str(sent.alternatives[0].content)

    page = client.get(link[1], follow=True)
    form = page.redirect_chain[-1][0]
    assert link[1] not in page.text  # the secret is not in the page's address any more
    answer = client.post(form, {"password1": NEW, "password2": NEW})
    assert answer["Location"] == "/sign-in/password/new/done/"
    assert sign_in(Client(), "anna@musterwerk.test", NEW) == 302
    assert "gilt nicht mehr" in Client().get(link[1], follow=True).text
    run_jobs()
    assert mail.outbox[1].subject == "Ihr Passwort wurde geändert"


def test_the_reset_mail_is_in_the_persons_language(client: Client) -> None:
    person = cast.assemble().anna.login
    person.language = "en"
    person.save()
    client.post("/sign-in/password/forgotten/", {"email": person.email})
    run_jobs()
    assert mail.outbox[0].subject == "Choose a new password"
    assert "Hello Anna Krüger," in str(mail.outbox[0].body)


def test_the_link_does_not_follow_a_forged_host(client: Client) -> None:
    cast.assemble()
    client.post(
        "/sign-in/password/forgotten/",
        {"email": "anna@musterwerk.test"},
        headers={"Host": "localhost:1"},
    )
    run_jobs()
    assert "http://127.0.0.1:8000/" in str(mail.outbox[0].body)
    assert "localhost" not in str(mail.outbox[0].body).replace("support@localhost", "")


def test_an_unknown_address_gets_the_same_page_and_no_mail(client: Client) -> None:
    answer = client.post("/sign-in/password/forgotten/", {"email": "fremd@fremd.test"})
    assert answer["Location"] == "/sign-in/password/forgotten/sent/"
    run_jobs()
    assert mail.outbox == []


def test_the_password_can_be_changed_and_the_person_is_told(client: Client) -> None:
    anna = cast.assemble().anna
    client.force_login(anna.login)
    wrong = {"oldpassword": "falsch", "password1": NEW, "password2": NEW}
    assert client.post("/sign-in/password/", wrong).status_code == 422
    answer = client.post("/sign-in/password/", {**wrong, "oldpassword": make.PASSWORD})
    assert answer["Location"] == "/me/"
    run_jobs()
    assert mail.outbox[0].subject == "Ihr Passwort wurde geändert"
    assert sign_in(Client(), anna.email, NEW) == 302


def test_a_short_password_is_refused_with_the_rule(client: Client) -> None:
    client.force_login(cast.assemble().anna.login)
    short = {"oldpassword": make.PASSWORD, "password1": "kurz", "password2": "kurz"}
    answer = client.post("/sign-in/password/", short)
    assert answer.status_code == 422
    assert "mindestens 12 Zeichen" in answer.text


@pytest.mark.parametrize(
    "path",
    ["signup/", "login/", "email/", "confirm-email/x/", "social/login/cancelled/", "login/code/"],
)
def test_what_we_do_not_need_of_allauth_is_not_there(path: str) -> None:
    with pytest.raises(Resolver404):
        resolve(f"/sign-in/{path}")


def test_no_text_of_our_frameworks_says_du(client: Client) -> None:
    anna = cast.assemble().anna
    pages = [
        client.post("/sign-in/", {}),
        client.post("/sign-in/", {"login": "kein", "password": "x"}),
        client.post("/sign-in/", {"login": anna.email, "password": "falsch"}),
        client.post("/sign-in/password/forgotten/", {"email": "kein"}),
    ]
    client.force_login(anna.login)
    for new, again in (("", ""), (NEW, "anders"), ("passwort", "passwort"), ("1" * 9, "1" * 9)):
        values = {"oldpassword": "falsch", "password1": new, "password2": again}
        pages.append(client.post("/sign-in/password/", values))
    pages.append(
        client.post("/sign-in/password/", {"oldpassword": make.PASSWORD, **_twice("2" * 20)})
    )
    pages.append(client.post("/me/", {"language": "fr", "first_name": "x" * 81}))
    assert {page.status_code for page in pages} == {422}
    for page in pages:
        errors = re.findall(r'(?:class="field-error"|role="alert").*?</div>', page.text, re.DOTALL)
        assert errors
        assert not re.search(RUDE, " ".join(errors)), errors
    assert "Dieses Passwort besteht nur aus Ziffern." in pages[-2].text
    assert "Höchstens 80 Zeichen, jetzt sind es 81." in pages[-1].text


def test_every_message_of_the_sign_in_is_polite_in_german() -> None:
    shown = {"too_many_login_attempts", "email_password_mismatch", "enter_current_password"}
    shown |= {"account_inactive", "invalid_login", "incorrect_password", "rate_limited"}
    shown |= {"invalid_password_reset", "unknown_email", "same_as_current"}
    with override("de"):
        for code in shown:
            assert not re.search(RUDE, str(Adapter.error_messages[code])), code


def _twice(password: str) -> dict[str, str]:
    return {"password1": password, "password2": password}
