"""Icons of the Tabler set (MIT, see svg/LICENSE), written into the page by the server."""

import re
from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).parent / "svg"
_BACKGROUND = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


@cache
def _shape(name: str) -> str:
    """Return what is inside the icon's <svg>; the look (stroke, no fill) is in the style sheet."""
    source = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    inside = source[source.index(">", source.index("<svg")) + 1 : source.rindex("</svg>")]
    return "".join(line.strip() for line in _BACKGROUND.sub("", inside).splitlines())


def draw_icon(name: str, size: int = 18, title: str = "") -> SafeString:
    """Return the icon as SVG: decoration without a title, a named picture with one."""
    shape = mark_safe(_shape(name))  # noqa: S308 - our own files
    if title:
        return format_html(
            '<svg class="icon" width="{}" height="{}" viewBox="0 0 24 24" role="img">'
            "<title>{}</title>{}</svg>",
            size,
            size,
            title,
            shape,
        )
    return format_html(
        '<svg class="icon" width="{}" height="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>',
        size,
        size,
        shape,
    )
