"""Every verb that is recorded anywhere has a type and a sentence, in German and in English."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from siegel.audit.queries import EventFacts
from siegel.core.ids import new_id
from siegel.workflows.event_verbs import VERBS, EventType, verbs_of
from siegel.workflows.event_words import channel_of, details, sentence

SOURCE = Path(__file__).resolve().parent.parent.parent / "siegel"
BERLIN = ZoneInfo("Europe/Berlin")
_VERB = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*")


def recorded():
    """Yield file and verb for each ``verb=`` of a call, and for what is passed on as one."""
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if "record" not in {name for node in ast.walk(tree) for name in imported(node)}:
            continue
        passed_on = False
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            for keyword in call.keywords:
                if keyword.arg == "verb":
                    found = constants(keyword.value)
                    passed_on = passed_on or not found
                    yield from ((path.name, verb) for verb in found)
        if passed_on:  # a function of this file takes the verb: any text that can be one is one
            yield from ((path.name, text) for text in constants(tree) if _VERB.fullmatch(text))


def imported(node):
    if isinstance(node, ast.ImportFrom) and node.module == "siegel.audit.actions":
        return {"record" if name.name.startswith("record") else name.name for name in node.names}
    return set()


def constants(tree):
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [node.value for node in nodes if isinstance(node.value, str) and _VERB.match(node.value)]


def test_every_verb_that_is_recorded_has_words():
    found = set(recorded())
    assert {"role.grant", "license.activate", "booking.plan"} <= {verb for _file, verb in found}
    without = {(file, verb) for file, verb in found if verb not in VERBS}
    assert without == set(), "give these verbs a row in siegel/workflows/event_verbs.py"


@pytest.mark.parametrize("name", sorted(VERBS))
def test_every_sentence_begins_with_who_did_it_and_is_translated(name):
    for text in filter(None, (VERBS[name].sentence, VERBS[name].own)):
        with override("de"):
            german = str(text)
        with override("en"):
            english = str(text)
        assert german != english
        for one in (german, english):
            assert one.startswith("%(actor)s ")
            assert not one.endswith(".")
            assert one % dict.fromkeys(re.findall(r"%\((\w+)\)s", one), "x")
        assert set(re.findall(r"%\(\w+\)s", german)) == set(re.findall(r"%\(\w+\)s", english))


def test_every_type_has_verbs():
    assert all(verbs_of(type_) for type_ in EventType)
    assert sum(len(verbs_of(type_)) for type_ in EventType) == len(VERBS)


def event(verb, door="web", *, own=False, **data):
    anna = new_id()
    other = None if own is None else anna if own else new_id()
    return EventFacts(datetime(2026, 5, 1, 9, tzinfo=UTC), 1, verb, anna, other, door, data)


def told(one, subject="Paul Özdemir", language="de"):
    with override(language):
        return sentence(one, "Anna Krüger", subject, zone=BERLIN), details(one, BERLIN)


def test_sentences_say_who_what_and_about_whom():
    granted = event("role.grant", role="auditor")
    assert told(granted)[0] == "Anna Krüger hat Paul Özdemir die Rolle „Auditor“ gegeben"
    assert told(granted, language="en")[0] == "Anna Krüger gave Paul Özdemir the role “Auditor”"
    own = event("role.withdraw", own=True, role="admin")
    assert told(own)[0] == "Anna Krüger hat die eigene Rolle „Administrator“ abgegeben"
    invited = event("license.invite", kind="guest", mail=True)
    assert told(invited) == (
        "Anna Krüger hat Paul Özdemir eingeladen: Gastlizenz",
        ["Link per E-Mail versendet"],
    )


def test_old_and_new_values_stand_below_the_sentence():
    booked = event(
        "booking.change", own=None, changes={"full": [10, 12], "package": [None, "Growth"]}
    )
    assert told(booked) == (
        "Anna Krüger hat die Buchung geändert",
        ["Volllizenzen: 10 → 12", "Lizenzpaket: – → Growth"],
    )
    planned = event("booking.plan", day="2026-12-31T23:00:00+00:00", changes={"full": [1200, 8]})
    assert told(planned) == (
        "Anna Krüger hat ab 01.01.2027 eine kleinere Buchung vorgemerkt",
        ["Volllizenzen: 1.200 → 8"],
    )
    rights = event("license.rights", creates_boxes=[True, False], license="x")
    assert told(rights)[1] == ["Boxen anlegen: ja → nein"]
    rules = {"second_factor": ["offered", "enforced"], "self_unlock": [True, False]}
    changed = told(event("protection.change", changes=rules), language="en")[1]
    assert changed == [
        "Second factor: offered → enforced",
        "Unlocking oneself by e-mail: yes → no",
    ]


def test_an_event_of_another_version_is_still_told():
    assert told(event("license.dance"))[0] == "Anna Krüger: license.dance"
    assert told(event("role.grant"))[0].endswith("die Rolle „–“ gegeben")


def test_values_are_written_as_the_page_wants_them():
    one = event("token.create", own=True, label="<b>x</b>")
    with override("de"):
        text = sentence(one, "<i>", "", zone=BERLIN, write=lambda value: value.replace("<", "&lt;"))
    assert text == "&lt;i> hat den Zugangsschlüssel „&lt;b>x&lt;/b>“ erstellt"


def test_every_door_belongs_to_a_channel():
    assert [channel_of(door) for door in ("web", "demo", "api", "command", "anything")] == [
        "web",
        "web",
        "api",
        "command",
        "system",
    ]
