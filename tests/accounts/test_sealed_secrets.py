"""Secrets are encrypted before they are stored, and survive a new SECRET_KEY."""

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from siegel.accounts.actions import reseal_second_factors, use_code
from siegel.accounts.sealed_secrets import CannotOpen, seal, seal_again, unseal
from tests import cast, factors

NEW, OLD = "n" * 40, "o" * 40


def test_what_is_sealed_is_not_readable_and_opens_again():
    assert "geheim" not in seal("geheim")
    assert seal("geheim") != seal("geheim")
    assert unseal(seal("geheim")) == "geheim"


def test_an_old_key_still_opens_and_sealing_again_moves_to_the_new_one(settings):
    settings.SECRET_KEY = OLD
    sealed = seal("geheim")
    settings.SECRET_KEY = NEW
    with pytest.raises(CannotOpen):
        unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [OLD]
    assert unseal(sealed) == "geheim"
    again = seal_again(sealed)
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(again) == "geheim"


@pytest.mark.parametrize("broken", ["", "x", "gAAAAA", "ä"])
def test_what_was_never_sealed_cannot_be_opened(broken):
    with pytest.raises(CannotOpen):
        unseal(broken)
    with pytest.raises(CannotOpen):
        seal_again(broken)


@pytest.mark.django_db
def test_nothing_of_a_second_factor_is_stored_in_clear():
    app, codes = factors.give_app(cast.assemble().paul)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert app.secret not in stored
    assert not any(code in stored for code in codes)


@pytest.mark.django_db
def test_second_factors_survive_the_change_of_the_key(settings):
    settings.SECRET_KEY = OLD
    paul = cast.assemble().paul
    app, codes = factors.give_app(paul)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert reseal_second_factors() == (2, 0)
    settings.SECRET_KEY_FALLBACKS = []
    now = timezone.now()
    assert use_code(person_id=paul.person_id, code=app.code(), at=now)
    assert use_code(person_id=paul.person_id, code=codes[3], at=now)


@pytest.mark.django_db
def test_without_the_key_no_code_is_right_and_it_is_counted_as_lost(settings):
    paul = cast.assemble().paul
    app, codes = factors.give_app(paul)
    settings.SECRET_KEY = NEW
    now = timezone.now()
    assert not use_code(person_id=paul.person_id, code=app.code(), at=now)
    assert not use_code(person_id=paul.person_id, code=codes[0], at=now)
    assert reseal_second_factors() == (0, 2)
