"""Icons, figures, fields, tables and formats for templates; always loaded."""

from datetime import date, datetime, tzinfo
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from siegel.core import formats
from siegel.web import charts, icons
from siegel.web.lists import Page
from siegel.web.toasts import undo_address

register = template.Library()


def _language() -> str:
    return get_language() or "de"


@register.simple_tag
def icon(name: str, size: int = 18, title: str = "") -> SafeString:
    """Draw an icon: decoration, or with a title a picture that has a name."""
    return icons.draw_icon(name, size, title)


# --- Formats --------------------------------------------------------------------------------


@register.filter
def number(value: Any) -> str:
    """Write 1234 as 1.234."""
    return "" if value is None else formats.number(value, _language())


@register.filter
def percent(value: float) -> str:
    """Write a share of 1 as 92 %."""
    return formats.percent(value, _language())


@register.filter
def gigabytes(value: int | None) -> str:
    """Write bytes as 138,6 GB."""
    return "" if value is None else formats.gigabytes(value, _language())


@register.filter
def money(cents: int | None, currency: str = "EUR") -> str:
    """Write integer cents as 1.234,56 €."""
    return "" if cents is None else formats.money(cents, currency, _language())


def _local(value: date | datetime) -> date:
    """Return the day in the active time zone, for moments as well as for days."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def date_long(value: date | datetime | None) -> str:
    """Write 14. März 2027, in the active time zone."""
    return "" if value is None else formats.date_long(_local(value), _language())


@register.filter
def date_short(value: date | datetime | None) -> str:
    """Write 22.11.2026, in the active time zone."""
    return "" if value is None else formats.date_short(_local(value), _language())


@register.filter
def moment(value: datetime | None) -> str:
    """Write 22.11.2026, 14:05, in the active time zone."""
    if value is None:
        return ""
    zone: tzinfo = timezone.get_current_timezone()
    return formats.moment(value, _language(), zone)


@register.filter
def initials(name: str) -> str:
    """Return at most two letters for an avatar: Anna Krüger is AK."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in chosen).upper()


# --- Figures --------------------------------------------------------------------------------


@register.inclusion_tag("components/gauge.html")
def gauge(used: int, booked: int, label: str, text: str, *, warn: bool = False) -> dict[str, Any]:
    """Draw used of booked as a bar that screen readers read as a meter."""
    share = min(used / booked, 1) if booked else 0
    return {
        # As text: attributes take no German comma and no thousands separator.
        "used": str(used),
        "booked": str(max(booked, 1)),
        # A used license is never an invisible bar.
        "width": f"{max(share * 100, 1.5 if used else 0):.2f}%",
        "label": label,
        "text": text,
        "warn": warn,
    }


@register.inclusion_tag("components/figure_card.html")
def figure_card(
    *,
    title: str,
    icon_name: str,
    booked: int,
    used: int,
    unit: str = "",
    hint: str = "",
    warn: bool = False,
    available_url: str = "",
    booked_url: str = "",
    used_url: str = "",
    names: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Show booked, used and available of one pool; ``unit="GB"`` for pools in bytes.

    ``names`` say for screen readers where the figures lead: available, booked and used.
    """
    write = formats.gigabyte_figure if unit else formats.number
    language = _language()
    return {
        "title": title,
        "icon_name": icon_name,
        "booked": booked,
        "used": used,
        "booked_text": write(booked, language),
        "used_text": write(used, language),
        "available_text": write(booked - used, language),
        "unit": unit,
        "hint": hint,
        "warn": warn,
        "available_url": available_url,
        "booked_url": booked_url,
        "used_url": used_url,
        "names": names or {},
    }


@register.inclusion_tag("components/step_chart.html")
def step_chart(
    steps: list[charts.Step],
    *,
    label: str,
    start: datetime,
    end: datetime,
    now: datetime | None = None,
    unit: str = "",
    mark: datetime | None = None,
) -> dict[str, Any]:
    """Draw booked and used over time; what comes after ``now`` is planned and dashed.

    ``mark`` is the moment that was asked for. Drawn for wide and for narrow places; the style
    sheet shows the one that fits.
    """
    drawn = [
        (
            name,
            charts.draw_steps(
                steps,
                start=start,
                end=end,
                now=now,
                zone=timezone.get_current_timezone(),
                language=_language(),
                scale=formats.GIGABYTE if unit == "GB" else 1,
                mark=mark,
                width=width,
            ),
        )
        for name, width in (("wide", charts.WIDTH), ("narrow", charts.NARROW))
    ]
    return {"drawn": drawn, "label": label, "unit": unit}


# --- Forms ----------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, *, optional: bool = True) -> dict[str, Any]:
    """Show a form field with its label, help and errors, tied together for screen readers."""
    widget = bound.field.widget
    ids = []
    if bound.help_text:
        ids.append(f"{bound.id_for_label}_help")
    if bound.errors:
        ids.append(f"{bound.id_for_label}_error")
    attrs: dict[str, Any] = {}
    if ids:
        attrs["aria-describedby"] = " ".join(ids)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {
        "field": bound,
        "widget": bound.as_widget(attrs=attrs),
        "checkbox": isinstance(widget, CheckboxInput),
        "group": isinstance(widget, RadioSelect | CheckboxSelectMultiple),
        "optional": optional and not bound.field.required,
    }


# --- Tables ---------------------------------------------------------------------------------


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(
    context: template.Context,
    name: str,
    label: str,
    *,
    current: str = "",
    number: bool = False,
) -> dict[str, Any]:
    """Head a column that sorts."""
    link = sort_link(context, name, label, current=current)
    return {**link, "number": number}


@register.inclusion_tag("components/sort_link.html", takes_context=True)
def sort_link(
    context: template.Context, name: str, label: str, *, current: str = ""
) -> dict[str, Any]:
    """Link to the list in another order: ``current`` is the one in force, ``name`` or ``-name``."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = f"-{name}" if current == name else name
    order = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    return {"url": f"?{query.urlencode()}", "label": label, "order": order}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, page: Page) -> dict[str, Any]:
    """Say which rows of how many are shown, and lead to the ones before and after."""
    request: HttpRequest = context["request"]

    def address(value: str) -> str:
        query = request.GET.copy()
        query["page"] = value
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "previous_url": address(page.previous) if page.previous else "",
        "next_url": address(page.next) if page.next else "",
    }


_BADGES = {
    "good": "circle-check",
    "accent": "mail",
    "warn": "alert-triangle",
    "danger": "circle-x",
    "": "circle-dashed",
}


@register.simple_tag
def badge(text: str, tone: str = "", icon_name: str = "") -> SafeString:
    """Show a status as icon and word; tone: good, accent, warn, danger or none."""
    drawing = icons.draw_icon(icon_name or _BADGES[tone], 14)
    return format_html('<span class="badge {}">{}{}</span>', tone, drawing, text)


_NOTICES = {
    "info": "info-circle",
    "warning": "alert-triangle",
    "refusal": "ban",
    "success": "circle-check",
}


@register.simple_block_tag
def notice(content: str, kind: str = "info", role: str = "") -> SafeString:
    """Frame a message: info, warning, refusal or success; role "alert" where it is news."""
    return format_html(
        '<div class="notice {}"{}>{}<div>{}</div></div>',
        kind,
        format_html(' role="{}"', role) if role else "",
        icons.draw_icon(_NOTICES[kind]),
        content,
    )


@register.filter
def message_kind(tags: str | None) -> str:
    """Return the look of a Django message: success, warning, error or info."""
    words = (tags or "").split()
    return next((word for word in ("success", "warning", "error") if word in words), "info")


@register.filter
def message_undo(tags: str | None) -> str:
    """Return where a POST takes back what the message tells of, or an empty text."""
    return undo_address(tags)


@register.filter
def message_icon(tags: str | None) -> str:
    """Return the icon of a Django message."""
    return {
        "success": "circle-check",
        "warning": "alert-triangle",
        "error": "circle-x",
        "info": "info-circle",
    }[message_kind(tags)]
