"""Holders of licenses: list, invite, remove, through the same workflows as the pages."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from ninja import Router
from ninja.params.functions import Header, Query

from siegel.accounts.actions import LinkTerms, PersonData
from siegel.accounts.permissions import Permission, require
from siegel.api.accounts import AT, CURSOR, LIMIT, moment_at
from siegel.api.auth import ApiRequest
from siegel.api.problems import problems
from siegel.api.schemas import HolderIn, HoldersOut, InvitedOut, PersonalKind, State
from siegel.audit.actions import once
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.queries.holder_filter import HolderFilter
from siegel.licensing.queries.holders import holders
from siegel.workflows.invite_person import invite_person, open_invitation
from siegel.workflows.removal_plan import BIN, Destination
from siegel.workflows.remove_people import remove_person

router = Router(tags=["holders"])
SEARCH = Query(
    "",
    description="Beginnings of words of name, e-mail, organization or department",
    pattern=r"^[^\x00]*$",
    max_length=200,
)
KEY = Header(
    "",
    alias="Idempotency-Key",
    description="Any text of your own: the same request sent again with it changes nothing",
    pattern=r"^[!-~]*$",
    max_length=200,
)

Boxes = Annotated[
    UUID | Literal["bin"] | None,
    Query(description="Where their boxes go: the license of a successor, or `bin`"),
]


@router.get(
    "/{slug:slug}/holders", response={200: HoldersOut, **problems()}, summary="Who holds licenses"
)
def list_holders(
    request: ApiRequest,
    slug: str,
    *,
    kind: PersonalKind | None = None,
    state: State | None = None,
    q: str = SEARCH,
    at: str = AT,
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> dict[str, Any]:
    """Return the people who hold a license, by name, now or at a past moment.

    State, roles and last sign-in are those of today, also for a past moment.
    """
    account = request.auth.account_of(slug)
    moment = moment_at(at, account)
    page = holders(
        actor=request.auth.actor,
        account_id=account.id,
        filter=HolderFilter(
            search=q,
            kind=PoolKind(kind) if kind else None,
            state=LicenseState(state) if state else None,
        ),
        page=cursor,
        # Who will hold licenses nobody knows: the future shows today's holders.
        at=moment if moment and moment < timezone.now() else None,
        size=limit,
    )
    return {
        "total": page.total,
        "items": page.rows,
        "previous": page.previous,
        "next": page.next,
    }


@router.post(
    "/{slug:slug}/holders",
    response={201: InvitedOut, **problems(400, 409)},
    summary="Give somebody a license",
)
def invite_holder(
    request: ApiRequest, slug: str, body: HolderIn, idempotency_key: str = KEY
) -> tuple[int, dict[str, Any]]:
    """Give a person a license and a registration link, and mail it unless told otherwise.

    With an `Idempotency-Key` the same request can be sent again after a failure of the network:
    it is carried out once, and answered the same.
    """
    caller, at = request.auth, timezone.now()
    account = caller.account_of(slug)
    require(caller.actor, Permission.LICENSE_ASSIGN, account.id)

    def run() -> dict[str, str]:
        invitation = invite_person(
            actor=caller.actor,
            account_id=account.id,
            person=PersonData(body.email, **body.details()),
            kind=PoolKind(body.kind),
            at=at,
            mail=body.mail,
            terms=LinkTerms(**body.terms()),
        )
        # The link stays out of what is kept: a stolen database must open no invitation.
        return {
            "license_id": str(invitation.license_id),
            "profile_id": str(invitation.profile_id),
        }

    if idempotency_key:
        answer, _fresh = once(
            scope=f"{account.id}:{caller.actor.person_id}",
            key=idempotency_key,
            request={"do": "invite", **body.dict(), "pass_code": _print_of(body.pass_code)},
            at=at,
            run=run,
        )
    else:
        answer = run()
    # Made again from its id; for a repetition only as long as it was not used.
    link = open_invitation(
        actor=caller.actor, account_id=account.id, profile_id=UUID(answer["profile_id"]), at=at
    )
    return 201, answer | {
        "mailed": body.mail,
        "registration_link": link and link.link,
        "expires_at": link and link.expires_at,
    }


def _print_of(pass_code: str) -> str:
    """Return what stands for a pass code in what is kept: nobody can try codes against it."""
    return salted_hmac("siegel.api.pass_code", pass_code, algorithm="sha256").hexdigest()


@router.delete(
    "/{slug:slug}/holders/{uuid:license_id}",
    response={204: None, **problems(409)},
    summary="Remove a person",
)
def remove_holder(
    request: ApiRequest, slug: str, license_id: UUID, *, boxes: Boxes = None
) -> HttpResponse:
    """End a person's license with roles, links and tokens. A second time changes nothing.

    Whoever owns boxes is removed only with `boxes`, which says where these go. The person and what
    went into the bin can be restored during the grace period.
    """
    account = request.auth.account_of(slug)
    to = None if boxes is None else BIN if boxes == "bin" else Destination(boxes)
    remove_person(
        actor=request.auth.actor,
        account_id=account.id,
        license_id=license_id,
        at=timezone.now(),
        to=to,
    )
    return HttpResponse(status=204)
