"""What a people file says, row by row: people, and rows that nobody can be made of."""

from dataclasses import dataclass, field
from typing import Literal

from siegel.accounts.names import name_or_email

Kind = Literal["full", "guest"]
Source = Literal["microsoft", "google", "csv", "ldif"]

MAX_ROWS = 100_000
#: The longest value of each column, in characters, as the database holds it.
MAX_LENGTH = {
    "email": 254,
    "first_name": 80,
    "last_name": 80,
    "organisation": 120,
    "department": 120,
    "phone": 40,
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as the file names them; ``line`` is what an editor shows, from 1."""

    line: int
    email: str  #: lower case
    first_name: str = ""
    last_name: str = ""
    organisation: str = ""
    department: str = ""
    phone: str = ""
    kind: Kind | None = None  #: None where the row names no kind

    @property
    def name(self) -> str:
        """First and last name, or the e-mail address where neither is known."""
        return name_or_email(self.first_name, self.last_name, self.email)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that is left out, and why: a code and its values, worded when it is shown."""

    line: int
    code: str
    values: dict[str, str | int] = field(default_factory=dict)
    email: str = ""  #: as far as the row tells
    name: str = ""

    @property
    def sentence(self) -> str:
        """The reason in the reader's language."""
        from siegel.accounts.people_files.sentences import sentence_for

        return sentence_for(self.code, self.values)


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """A people file that could be read."""

    source: Source
    file_name: str
    default_kind: Kind  #: for rows that name none
    rows: tuple[PersonRow, ...]
    problems: tuple[RowProblem, ...]

    def kind_of(self, row: PersonRow) -> Kind:
        """Return the kind of license that the row asks for."""
        return row.kind or self.default_kind
