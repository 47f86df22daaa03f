"""Second factors for tests: an app that shows codes, and signing in with them."""

import time

from django.test import Client
from django.utils import timezone

from siegel.accounts.one_time_codes import app_code, new_app_secret, step_at
from siegel.accounts.permissions import Actor
from siegel.accounts.protection import ProtectionFacts, SecondFactor
from siegel.accounts.queries import protection_of
from siegel.workflows.own_second_factor import set_up_app
from tests import make
from tests.make import Somebody


class App:
    """An authenticator app on a phone whose clock may go before or after."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def code(self, steps: int = 0) -> str:
        """Return the code that it shows now, or some steps of 30 seconds later."""
        return app_code(self.secret, step_at(timezone.now()) + steps)


def give_app(somebody: Somebody) -> tuple[App, list[str]]:
    """Connect an app to somebody's login; return it, and the recovery codes.

    The code of the step before now is used up by it, so that tests can sign in with the present.
    """
    app = App(new_app_secret())
    codes = set_up_app(
        actor=own(somebody),
        person_id=somebody.person_id,
        secret=app.secret,
        code=app.code(-1),
        at=timezone.now(),
    )
    return app, codes


def own(somebody: Somebody) -> Actor:
    """Return somebody as an actor for themselves."""
    return Actor(person_id=somebody.person_id, account_id=None, door="test")


def protect(admin: Somebody, **rules: object) -> None:
    """Change some rules of access protection of the administrator's account."""
    from siegel.accounts.actions import change_protection

    values = vars(protection_of(admin.account.id)) | rules
    change_protection(
        actor=admin.actor,
        account_id=admin.account.id,
        wanted=ProtectionFacts(**values),
        at=timezone.now(),
    )


def enforce(admin: Somebody) -> None:
    """Demand a second factor in the administrator's account."""
    protect(admin, second_factor=SecondFactor.ENFORCED)


def confirmed(client: Client, somebody: Somebody) -> Client:
    """Sign somebody in as if they had typed their password just now."""
    client.force_login(somebody.login)
    session = client.session
    session["siegel_confirmed"] = time.time()
    session.save()
    return client


def sign_in(client: Client, somebody: Somebody, password: str = make.PASSWORD, **more: str):
    """Send the sign-in form."""
    return client.post("/sign-in/", {"login": somebody.email, "password": password, **more})
