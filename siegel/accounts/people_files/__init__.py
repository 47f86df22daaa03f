"""People files: what Microsoft 365, Google Workspace, directories and spreadsheets export."""

from siegel.accounts.people_files.ldif import BrokenLdif
from siegel.accounts.people_files.read import TooManyRows, read_people
from siegel.accounts.people_files.rows import Kind, PeopleFile, PersonRow, RowProblem
from siegel.accounts.people_files.tables import BrokenQuotes, UnknownHeadings
from siegel.accounts.people_files.text import EmptyFile, NotText

__all__ = [
    "BrokenLdif",
    "BrokenQuotes",
    "EmptyFile",
    "Kind",
    "NotText",
    "PeopleFile",
    "PersonRow",
    "RowProblem",
    "TooManyRows",
    "UnknownHeadings",
    "read_people",
]
