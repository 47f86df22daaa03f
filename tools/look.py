"""Take pictures of pages as people see them: light, dark, and on a phone.

tools/look.py                         the demo's main pages, from a running `make run`
tools/look.py --base URL --login E-MAIL --password SECRET /a/slug/ /me/ …

The pictures go to var/screenshots/<page>-<light|dark|phone>.png (VAR_DIR changes "var").
Each page is also checked with axe-core (WCAG 2.2 AA); what it finds is printed and is an error.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import browser  # noqa: E402 - found only after the line above

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIGN_IN = "/sign-in/"


class Look(NamedTuple):
    """One way of looking at a page."""

    name: str
    scheme: Any
    width: int
    height: int


LOOKS = (
    Look("light", "light", 1380, 900),
    Look("dark", "dark", 1380, 900),
    Look("phone", "light", 390, 844),
)


def demo_login() -> tuple[str, str, str]:
    """Return e-mail, password and account of the demo's first login."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from siegel.workflows.demo import LOGINS, PASSWORD

    return LOGINS[0].person.email, PASSWORD, "musterwerk"


def file_name(path: str) -> str:
    """Return a file name for an address: /a/x/people/?q=y becomes a-x-people-q-y."""
    kept = "".join(sign if sign.isalnum() else "-" for sign in path)
    return "-".join(filter(None, kept.split("-"))) or "start"


def sign_in(context: BrowserContext, base: str, email: str, password: str) -> None:
    """Sign in, or end with a sentence."""
    page = context.new_page()
    page.goto(base + SIGN_IN)
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("main button.primary")
    page.wait_for_load_state()
    if page.url.split("?")[0] == base + SIGN_IN:
        sys.exit(f"{email} cannot sign in at {base}.")
    page.close()


def findings(page: Page) -> list[str]:
    """Return what axe-core and the width of the page object to."""
    answer = Axe().run(page, options={"runOnly": RULES}).response
    found = [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the window")
    return found


def is_public(path: str) -> bool:
    """Return whether the page is for people who are not signed in: those come first."""
    return path == SIGN_IN or path.startswith((f"{SIGN_IN}password/forgotten/", "/r/"))


def take(browser_: Browser, given: argparse.Namespace, target: Path) -> int:
    """Take every picture; return how many objections there were."""
    objections = 0
    for look in LOOKS:
        context = browser_.new_context(
            color_scheme=look.scheme,
            viewport={"width": look.width, "height": look.height},
            locale="de-DE",
        )
        signed_in = False
        for path in sorted(given.pages, key=is_public, reverse=True):
            if not signed_in and not is_public(path):
                sign_in(context, given.base, given.login, given.password)
                signed_in = True
            page = context.new_page()
            answer = page.goto(given.base + path)
            page.wait_for_load_state("networkidle")
            file = target / f"{file_name(path)}-{look.name}.png"
            page.screenshot(path=file, full_page=True)
            status = answer.status if answer else 0
            print(f"{status}  {file}")
            for finding in findings(page):
                objections += 1
                print(f"     {finding}")
            page.close()
        context.close()
    return objections


def main() -> int:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--base", default=f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
    parser.add_argument("--login", help="e-mail address; the demo's first login if left out")
    parser.add_argument("--password")
    parser.add_argument("pages", nargs="*", help="addresses below the base")
    given = parser.parse_args()
    slug = ""
    if not given.login:
        given.login, given.password, slug = demo_login()
    if not given.pages and not slug:
        parser.error("name the pages")
    given.pages = given.pages or [
        SIGN_IN,
        f"/a/{slug}/",
        f"/a/{slug}/settings/account/",
        f"/a/{slug}/people/",
        f"/a/{slug}/portal/",
        "/me/",
    ]
    target = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "screenshots"
    target.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser.find(), args=list(browser.ARGUMENTS)
        )
        objections = take(started, given, target)
        started.close()
    return 1 if objections else 0


if __name__ == "__main__":
    sys.exit(main())
