"""Setting up, naming and removing one's own second factor."""

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from siegel.accounts.actions import (
    AppAlreadySetUp,
    WrongCode,
    remove_second_factors,
    use_code,
)
from siegel.accounts.one_time_codes import new_app_secret
from siegel.accounts.protection import SecondFactor
from siegel.accounts.second_factors import has_second_factor, second_factors_of
from siegel.audit.models import Event
from siegel.core.refusal import BadInput, Forbidden, NotFound
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.protection import factor_coverage
from siegel.workflows.own_second_factor import (
    LastFactorIsEnforced,
    SecondFactorIsOff,
    must_set_up,
    name_factor,
    remove_factor,
    renew_recovery_codes,
    set_up_app,
    set_up_passkey,
)
from tests import cast, factors, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cast.assemble()


def add_passkey(somebody, name="Handy"):
    return set_up_passkey(
        actor=factors.own(somebody),
        person_id=somebody.person_id,
        name=name,
        credential={"id": name},
        at=timezone.now(),
    )


def remove(somebody, factor):
    return remove_factor(
        actor=factors.own(somebody),
        person_id=somebody.person_id,
        factor_id=factor.id,
        at=timezone.now(),
    )


def right(somebody, code):
    return use_code(person_id=somebody.person_id, code=code, at=timezone.now())


def test_an_app_is_connected_with_ten_recovery_codes(world):
    app, codes = factors.give_app(world.paul)
    have = second_factors_of(world.paul.person_id)
    assert have.app is not None
    assert (len(set(codes)), have.codes_left) == (10, 10)
    assert right(world.paul, app.code())
    assert Event.objects.filter(verb="factor.add-app", subject_id=world.paul.person_id).count() == 1


def test_the_code_that_connected_the_app_is_not_accepted_again(world):
    app = factors.App(new_app_secret())
    code = app.code()
    set_up_app(
        actor=factors.own(world.paul),
        person_id=world.paul.person_id,
        secret=app.secret,
        code=code,
        at=timezone.now(),
    )
    assert not right(world.paul, code)
    assert right(world.paul, app.code(1))


def test_a_code_counts_once(world):
    app, codes = factors.give_app(world.paul)
    code = app.code()
    assert [right(world.paul, code), right(world.paul, code)] == [True, False]
    assert [right(world.paul, codes[0]), right(world.paul, codes[0])] == [True, False]
    assert right(world.paul, f"{codes[1][:4]} {codes[1][4:]}")
    assert second_factors_of(world.paul.person_id).codes_left == 8


def test_a_wrong_code_connects_nothing(world):
    with pytest.raises(WrongCode):
        set_up_app(
            actor=factors.own(world.paul),
            person_id=world.paul.person_id,
            secret=new_app_secret(),
            code="000000",
            at=timezone.now(),
        )
    assert not Authenticator.objects.exists()
    assert not Event.objects.filter(verb__startswith="factor.").exists()


def test_there_is_one_app_and_any_number_of_passkeys(world):
    factors.give_app(world.paul)
    with pytest.raises(AppAlreadySetUp):
        factors.give_app(world.paul)
    assert add_passkey(world.paul) == []  # there are recovery codes already
    assert add_passkey(world.paul, "Schlüssel") == []
    assert len(second_factors_of(world.paul.person_id).factors) == 3


def test_a_factor_is_named_and_belongs_to_its_person_alone(world):
    factors.give_app(world.paul)
    (app,) = second_factors_of(world.paul.person_id).factors
    paul = {"actor": factors.own(world.paul), "person_id": world.paul.person_id}
    name_factor(**paul, factor_id=app.id, name="  Dienst-  Handy ")
    assert second_factors_of(world.paul.person_id).factors[0].name == "Dienst- Handy"
    with pytest.raises(BadInput):
        name_factor(**paul, factor_id=app.id, name="  ")
    tom = {"actor": factors.own(world.tom), "person_id": world.tom.person_id}
    with pytest.raises(NotFound):
        name_factor(**tom, factor_id=app.id, name="Meins")
    with pytest.raises(NotFound):
        remove_factor(**tom, factor_id=app.id, at=timezone.now())
    with pytest.raises(Forbidden):
        name_factor(**tom | {"person_id": world.paul.person_id}, factor_id=app.id, name="Meins")


def test_with_the_last_factor_the_recovery_codes_go(world):
    factors.give_app(world.paul)
    (app,) = second_factors_of(world.paul.person_id).factors
    assert remove(world.paul, app)
    assert not Authenticator.objects.exists()


def test_the_last_factor_stays_where_an_account_demands_one(world):
    factors.enforce(world.anna)
    factors.give_app(world.paul)
    add_passkey(world.paul)
    app, passkey = second_factors_of(world.paul.person_id).factors
    assert not remove(world.paul, app)
    with pytest.raises(LastFactorIsEnforced):
        remove(world.paul, passkey)
    assert [one.id for one in second_factors_of(world.paul.person_id).factors] == [passkey.id]


def test_new_recovery_codes_end_the_old_ones(world):
    _app, old = factors.give_app(world.paul)
    new = renew_recovery_codes(
        actor=factors.own(world.paul), person_id=world.paul.person_id, at=timezone.now()
    )
    assert not right(world.paul, old[0])
    assert right(world.paul, new[0])
    with pytest.raises(NotFound):
        renew_recovery_codes(
            actor=factors.own(world.tom), person_id=world.tom.person_id, at=timezone.now()
        )


def test_where_it_is_switched_off_nobody_sets_one_up_but_who_has_one_keeps_it(world):
    app, _codes = factors.give_app(world.paul)
    factors.protect(world.anna, second_factor=SecondFactor.OFF)
    with pytest.raises(SecondFactorIsOff):
        factors.give_app(world.tom)
    assert right(world.paul, app.code())


def test_the_strictest_account_demands_it_also_for_people_who_were_there_before(world):
    make.person(world.anderswo, world.paul.email, kind=PoolKind.GUEST)
    assert not must_set_up(world.paul.person_id)
    factors.enforce(world.xaver)
    assert must_set_up(world.paul.person_id)
    assert not must_set_up(world.tom.person_id)
    factors.give_app(world.paul)
    assert not must_set_up(world.paul.person_id)


def test_an_account_that_has_only_invited_somebody_demands_nothing_of_them(world):
    make.person(world.anderswo, world.paul.email, kind=PoolKind.GUEST, active=False)
    factors.enforce(world.xaver)
    assert not must_set_up(world.paul.person_id)


def test_administrators_see_how_many_are_without(world):
    before = factor_coverage(actor=world.anna.actor, account_id=world.musterwerk.id)
    assert before.without == before.people
    factors.give_app(world.paul)
    add_passkey(world.gina)
    after = factor_coverage(actor=world.otto.actor, account_id=world.musterwerk.id)
    assert (after.people, after.without) == (before.people, before.without - 2)
    with pytest.raises(Forbidden):
        factor_coverage(actor=world.paul.actor, account_id=world.musterwerk.id)


def test_removing_everything_after_a_loss_ends_all_sessions(world, client):
    client.force_login(world.paul.login)
    factors.give_app(world.paul)
    add_passkey(world.paul)
    assert client.get("/me/").status_code == 200
    assert remove_second_factors(person_id=world.paul.person_id) == 2
    assert not has_second_factor(world.paul.person_id)
    assert client.get("/me/").status_code == 302
    assert remove_second_factors(person_id=world.paul.person_id) == 0
