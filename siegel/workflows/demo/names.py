"""Invented people and organisations for the demo. Every address is under .example (RFC 2606)."""

from random import Random

from siegel.accounts.actions import PersonData

_FIRST = (
    "Aylin Ben Carla David Elif Felix Greta Hannes Ida Jonas Katharina Lars Mara Nils Olivia Paul "
    "Rosa Sami Theresa Ulrich Vera Wiebke Yusuf Zoe Amara Bruno Clara Deniz Emma Finn Gül Hugo "
    "Inga Jakub Kira Levin Malte Nadia Oskar Petra Quirin Ronja Stefan Tilda Uwe Valentin Wanda"
).split()
_LAST = (
    "Albers Böhm Celik Dreyer Ebert Fuchs Göbel Hartwig Iversen Jansen Köhler Lindner Maurer "
    "Neumann Otto Pfeiffer Quandt Richter Sommer Thalmann Ulbrich Vogt Wagner Yildiz Zimmermann "
    "Ahrens Bachmann Conrad Dietz Engel Friedrich Graf Hoppe Imhof Junker Kaya Lorenz Meißner "
    "Nowak Öztürk Peters Reuter Schäfer Töpfer Urban Völker Winter Ziegler"
).split()
_DEPARTMENTS = ("Geschäftsführung", "Recht", "Finanzen", "Personal", "Vertrieb", "Entwicklung")
_OUTSIDE = (
    ("Kanzlei Rossi & Partner", "rossi-partner.example"),
    ("Steuerbüro Hansen", "steuer-hansen.example"),
    ("Okafor Consulting", "okafor.example"),
    ("Nordbank AG", "nordbank.example"),
    ("Klinikum Elbtal", "klinikum-elbtal.example"),
    ("Bauwerk Ingenieure", "bauwerk-ing.example"),
    ("Wirtschaftsprüfung Weller", "wp-weller.example"),
    ("Stadtwerke Lindau", "stadtwerke-lindau.example"),
)
_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ö": "oe", "ş": "s", "ç": "c"})
_DOMAIN = "musterwerk.example"


class People:
    """Deals out people whose names do not repeat; the same seed gives the same people."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - names, not secrets
        pairs = [(first, last) for first in _FIRST for last in _LAST]
        self._random.shuffle(pairs)
        self._pairs = iter(pairs)

    def employee(self) -> PersonData:
        """Return somebody of Musterwerk."""
        first, last = next(self._pairs)
        return PersonData(
            _address(first, last, _DOMAIN),
            first,
            last,
            organisation="Musterwerk GmbH",
            department=self._random.choice(_DEPARTMENTS),
        )

    def outsider(self) -> PersonData:
        """Return somebody who works with Musterwerk."""
        first, last = next(self._pairs)
        organisation, domain = self._random.choice(_OUTSIDE)
        return PersonData(_address(first, last, domain), first, last, organisation=organisation)


def _address(first: str, last: str, domain: str) -> str:
    return f"{first}.{last}@{domain}".lower().translate(_ASCII)
