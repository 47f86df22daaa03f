"""Mailing all invited people their links: exactly those of the preview, once."""

import pytest
from django.core import mail
from django.utils import timezone

from siegel.accounts.models import RegistrationLink
from siegel.accounts.permissions import Role
from siegel.core.refusal import Forbidden
from siegel.jobs.worker import run_jobs
from siegel.licensing.queries.holder_filter import HolderFilter
from siegel.workflows.change_roles import grant_role
from siegel.workflows.invite_person import invite_again
from siegel.workflows.mail_to_invited import (
    InvitedChanged,
    mail_to_invited,
    plan_mail_to_invited,
)
from tests import cast, make

pytestmark = pytest.mark.django_db


def about(by, **narrow):
    return {
        "actor": by.actor,
        "account_id": by.account.id,
        "narrow": HolderFilter(**narrow),
        "at": timezone.now(),
    }


def invited(world, name):
    return make.person(world.musterwerk, f"{name}@musterwerk.test", name, "Neu", active=False)


def open_links():
    return set(
        RegistrationLink.objects.filter(used_at=None, withdrawn_at=None).values_list(
            "profile_id", flat=True
        )
    )


def test_all_who_were_invited_get_their_mail_once():
    world = cast.assemble()
    jo = invited(world, "jo")
    plan = plan_mail_to_invited(**about(world.tom))
    assert set(plan.everybody) == {jo.license_id, world.ines.license_id}
    for _twice in range(2):
        assert mail_to_invited(**about(world.tom), confirmed=plan.hash, again=False) == 2
    run_jobs()
    run_jobs()
    assert sorted(one.to[0] for one in mail.outbox) == [world.ines.email, jo.email]
    assert {jo.profile_id, world.ines.profile_id} <= open_links()


def test_who_has_a_link_keeps_it_unless_everybody_gets_a_new_one():
    world = cast.assemble()
    jo = invited(world, "jo")
    ids = {"actor": world.tom.actor, "account_id": world.musterwerk.id}
    invite_again(**ids, license_id=jo.license_id, at=timezone.now(), mail=False)
    before = RegistrationLink.objects.get(profile_id=jo.profile_id)
    plan = plan_mail_to_invited(**about(world.tom))
    assert (plan.without, plan.again) == ((world.ines.license_id,), (jo.license_id,))
    assert mail_to_invited(**about(world.tom), confirmed=plan.hash, again=False) == 1
    before.refresh_from_db()
    assert before.withdrawn_at is None
    plan = plan_mail_to_invited(**about(world.tom))
    assert mail_to_invited(**about(world.tom), confirmed=plan.hash, again=True) == 2
    before.refresh_from_db()
    assert before.withdrawn_at is not None


def test_the_filter_of_the_list_narrows_it():
    world = cast.assemble()
    jo = invited(world, "jo")
    assert plan_mail_to_invited(**about(world.tom, search="jo")).everybody == (jo.license_id,)


def test_what_has_changed_since_the_preview_is_not_mailed():
    world = cast.assemble()
    plan = plan_mail_to_invited(**about(world.tom))
    invited(world, "jo")
    with pytest.raises(InvitedChanged):
        mail_to_invited(**about(world.tom), confirmed=plan.hash, again=True)
    assert world.ines.profile_id not in open_links()


def test_an_administrator_mails_nobody_whose_role_is_out_of_reach():
    world = cast.assemble()
    grant_role(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.ines.license_id,
        role=Role.BILLING_ADMIN,
        at=timezone.now(),
    )
    plan = plan_mail_to_invited(**about(world.tom))
    assert (plan.everybody, plan.out_of_reach) == ((), 1)
    assert plan_mail_to_invited(**about(world.anna)).everybody == (world.ines.license_id,)


@pytest.mark.parametrize("who", ["bea", "otto", "paul", "gina"])
def test_only_administrators_mail_links(who):
    world = cast.assemble()
    by = getattr(world, who)
    with pytest.raises(Forbidden):
        plan_mail_to_invited(**about(by))
    with pytest.raises(Forbidden):
        mail_to_invited(**about(by), confirmed="x", again=True)
