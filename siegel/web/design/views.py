"""One page with every component, filled with examples; routed only where DEBUG is on."""

from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Role
from siegel.accounts.queries import AccountFacts
from siegel.core.ids import new_id
from siegel.web.charts import Step
from siegel.web.lists import Page
from siegel.web.plans import PlanLine
from siegel.web.toasts import toast


class ExampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name", max_length=80)
    email = forms.EmailField(
        label="E-Mail", help_text="An diese Adresse geht der Registrierungslink."
    )
    organisation = forms.CharField(label="Organisation", required=False)
    kind = forms.ChoiceField(
        label="Lizenzart",
        widget=forms.RadioSelect,
        choices=[("full", "Volllizenz"), ("guest", "Gastlizenz")],
    )
    package = forms.ChoiceField(label="Lizenzpaket", choices=[("g", "Growth"), ("e", "Enterprise")])
    agree = forms.BooleanField(label="Registrierungslink gleich mailen", required=False)


def _steps() -> list[Step]:
    used = (14, 15, 17, 18, 19, 21, 22, 22, 23, 24, 26, 27, 27, 26, 27, 29, 30, 31, 31, 33, 34, 34)
    booked = (20,) * 4 + (25,) * 5 + (30,) * 6 + (35,) * 7
    steps = [
        Step(datetime(2024 + (11 + n) // 12, (11 + n) % 12 + 1, 3, tzinfo=UTC), b, u)
        for n, (b, u) in enumerate(zip(booked, used, strict=True))
    ]
    steps.append(Step(datetime(2026, 10, 5, tzinfo=UTC), 40, 36))
    steps.append(Step(datetime(2026, 11, 12, tzinfo=UTC), 40, 37))
    return [*steps, Step(datetime(2027, 3, 14, tzinfo=UTC), 38, 37)]


def show_design(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    account = AccountFacts(new_id(), "musterwerk", "Musterwerk GmbH", "de", "Europe/Berlin")
    request.account = account  # type: ignore[attr-defined]
    request.actor = Actor(  # type: ignore[attr-defined]
        person_id=new_id(), account_id=new_id(), roles=frozenset({Role.REGISTRATION_ADMIN})
    )
    if "toast" in request.GET:
        toast(request, "Die Lizenz von Jonas Okafor ist entzogen.", undo="/design/")
        messages.warning(request, "Der Registrierungslink läuft morgen ab.")
    page = {
        "tabs": [
            {"url": "#", "label": "Konto", "current": True},
            {"url": "#", "label": "Zugangsschutz", "current": False},
            {"url": "#", "label": "Boxen", "current": False},
            {"url": "#", "label": "Admin-Protokoll", "current": False},
        ],
        "steps": _steps(),
        "start": datetime(2024, 12, 1, tzinfo=UTC),
        "now": datetime(2026, 11, 22, tzinfo=UTC),
        "end": datetime(2027, 5, 1, tzinfo=UTC),
        "rows": [
            ("Anna Krüger", "anna.krueger@musterwerk.example", "Volllizenz", "good", _("active")),
            ("Jonas Okafor", "j.okafor@kanzlei.example", "Gastlizenz", "accent", _("invited")),
            ("Zoë Łukasik", "zoe@musterwerk.example", "Volllizenz", "warn", _("suspended")),
        ],
        "page": Page(first=51, last=100, total=1234, previous="a", next="c"),
        "form": ExampleForm(),
        "bad_form": ExampleForm({"name": "", "email": "anna@"}),
        "lines": [
            PlanLine("40 → 45 Volllizenzen", "Damit auch 25 Gastlizenzen mehr", "sofort"),
            PlanLine("Speicher 400 → 300 GB", "261,4 GB sind belegt", "am 14. März 2027"),
            PlanLine(
                "4 Boxen gehen in den Papierkorb",
                "12 Mitglieder verlieren den Zugang",
                final="nach 30 Tagen sind die Dateien gelöscht.",
            ),
        ],
        "refusal": {
            "sentence": "Es ist keine Volllizenz mehr frei.",
            "rows": [
                "40 von 40 Volllizenzen sind vergeben.",
                "4 Benutzer haben sich seit 90 Tagen nicht angemeldet.",
            ],
            "ways": [
                {"label": "Lizenzen hinzubuchen", "url": "#"},
                {"label": "Ungenutzte Lizenzen ansehen", "url": "#"},
            ],
        },
    }
    return render(request, "design/design.html", page)


def show_entrance(request: HttpRequest) -> HttpResponse:
    """Show the frame of pages without an account."""
    return render(request, "design/entrance.html", {"form": ExampleForm()})
