"""Find a Chromium for the browser tests, or get one."""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def on_the_system() -> str | None:
    """Return the path of an installed Chromium: BROWSER_PATH, then the usual names."""
    named = os.environ.get("BROWSER_PATH")
    if named:
        return named
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    return MAC if Path(MAC).exists() else None


def of_playwright() -> str | None:
    """Return the path of the Chromium that playwright has downloaded, if it has."""
    if not importlib.util.find_spec("playwright"):
        return None
    # In a process of its own: playwright's loop must not stay behind in a test process.
    script = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    path = found.stdout.strip()
    return path if path and Path(path).exists() else None


def _download() -> None:
    print("No Chromium on this system: playwright downloads one …", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        subprocess.run(command, timeout=600, capture_output=True, check=False)
    except subprocess.TimeoutExpired:
        print("The download takes too long.", flush=True)


def _install_package() -> None:
    if platform.system() != "Linux" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("Installing the system's chromium package …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (("update", "-qq"), ("install", "-y", "-qq", "chromium")):
        subprocess.run(["apt-get", *words], env=quiet, capture_output=True, check=False)


def starts(path: str) -> bool:
    """Return whether this browser runs at all (a download may lack system libraries)."""
    try:
        tried = subprocess.run(
            [path, "--version", "--no-sandbox"], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def find() -> str:
    """Return the path of a Chromium that starts; get one where there is none."""
    for get, look in (
        (None, on_the_system),
        (None, of_playwright),
        (_download, of_playwright),
        (_install_package, on_the_system),
    ):
        if get:
            get()
        path = look()
        if path and starts(path):
            return path
    sys.exit(
        "The browser tests need Chromium, and neither the system nor playwright's download has "
        "one: install chromium or google-chrome, or name it with BROWSER_PATH=/path/to/it."
    )


if __name__ == "__main__":
    print(find())
