"""The user list that somebody came from: its search, filters, order and page stay in force."""

from urllib.parse import quote, urlencode

from django.http import QueryDict
from django.urls import reverse

from siegel.web.access import AccountRequest
from siegel.web.people.filter_form import NAMES

_KEPT = (*NAMES, "sort", "at", "page")
#: Parameter of a person's pages: the query of the list that led there.
PARAMETER = "list"


def query_of(values: QueryDict) -> str:
    """Return what narrows and orders a list, as part of an address, without what is empty."""
    return urlencode({name: values[name] for name in _KEPT if values.get(name)})


def list_of(request: AccountRequest, values: QueryDict) -> str:
    """Return the address of the list with this query."""
    query = query_of(values)
    address = reverse("people", args=[request.account.slug])
    return f"{address}?{query}" if query else address


def back_to_list(request: AccountRequest) -> str:
    """Return the address of the list that led to this page of a person."""
    return list_of(request, QueryDict(request.GET.get(PARAMETER, "")))


def kept(request: AccountRequest) -> str:
    """Return what the address of another page of the same person ends with to keep the list."""
    query = query_of(QueryDict(request.GET.get(PARAMETER, "")))
    return f"?{PARAMETER}={quote(query)}" if query else ""


def leading_back(request: AccountRequest) -> str:
    """Return what the addresses of the people on this list end with."""
    query = query_of(request.GET)
    return f"?{PARAMETER}={quote(query)}" if query else ""
