"""Pictures of the demo's main pages, taken from a real server: docs/screenshots/*.png."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tools import browser  # noqa: E402
from tools.postgres import free_port  # noqa: E402

TARGET = ROOT / "docs" / "screenshots"
#: Name of the picture, page, theme, width of the window.
PICTURES = (
    ("account", "/a/musterwerk/settings/account/", "light", 1280),
    ("account-dark", "/a/musterwerk/settings/account/", "dark", 1280),
    ("account-phone", "/a/musterwerk/settings/account/", "light", 390),
    ("portal", "/a/musterwerk/portal/", "light", 1280),
    ("people", "/a/musterwerk/people/", "light", 1280),
)


def sign_in(page: Page, address: str) -> None:
    """Sign in as the demo's first login, through the form as a person does."""
    from siegel.commands.main import start_django

    start_django("de")
    from siegel.workflows.demo import LOGINS, PASSWORD

    page.goto(f"{address}/sign-in/")
    page.locator("input[name=login]").fill(LOGINS[0].person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def take(chromium: Browser, address: str) -> None:
    """Take every picture of the list."""
    context = chromium.new_context(locale="de-DE", device_scale_factor=2)
    page = context.new_page()
    sign_in(page, address)
    for name, path, theme, width in PICTURES:
        page.set_viewport_size({"width": width, "height": 900 if width > 500 else 844})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        answer = page.goto(address + path)
        if not answer or answer.status != 200:
            sys.exit(f"{path} answers {answer.status if answer else 'nothing'}.")
        page.screenshot(path=TARGET / f"{name}.png")
        print(TARGET.relative_to(ROOT) / f"{name}.png", flush=True)


def main() -> None:
    """Start a server with the demo in a folder of its own, take the pictures, end it."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="siegel-pictures-") as folder:
        port = free_port()
        os.environ.pop("DATABASE_URL", None)
        os.environ.update(VAR_DIR=folder, PORT=str(port))
        server = subprocess.Popen([sys.executable, "-m", "siegel", "run", "--demo"], cwd=ROOT)
        try:
            _await(server, port)
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(
                    executable_path=browser.find(), args=list(browser.ARGUMENTS)
                )
                take(chromium, f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait(60)


def _await(server: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + 300  # the demo's two years are made through the real actions
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    sys.exit("The demo does not start.")


if __name__ == "__main__":
    main()
