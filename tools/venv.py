#!/usr/bin/env python3
"""Create .venv and bring it to the locked requirements; does nothing where it is up to date.

Runs on the system's Python, so it uses the standard library only and no new syntax.
"""

import hashlib
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")


def stamp_of(dev):
    """Return the file that says: exactly these requirements are installed."""
    names = ["requirements.txt", "pyproject.toml"] + (["requirements-dev.txt"] if dev else [])
    content = b"".join(open(os.path.join(ROOT, name), "rb").read() for name in names)
    digest = hashlib.sha256(content + ROOT.encode()).hexdigest()[:16]
    return os.path.join(VENV, ".installed-%s-%s" % ("dev" if dev else "run", digest))


def make_environment():
    """Create the environment, also where the system has split off ensurepip (Debian)."""
    print("Creating the virtual environment ...", flush=True)
    made = subprocess.run(  # quiet: the next line repairs what this one lacks
        [sys.executable, "-m", "venv", VENV], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    if made.returncode:
        subprocess.check_call([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV])


def pip(*arguments):
    """Run pip on the environment: its own, or the system's."""
    own = subprocess.run([PYTHON, "-m", "pip", "--version"], stdout=subprocess.DEVNULL)
    if own.returncode:
        command = [sys.executable, "-m", "pip", "--python", PYTHON]
    else:
        command = [PYTHON, "-m", "pip"]
    command += ["--disable-pip-version-check", "install", "-qq"]
    if subprocess.run(command + list(arguments), cwd=ROOT).returncode:
        sys.exit("Installing the requirements failed; pip's own words are above.")


def main():
    """Bring the environment up to date."""
    if sys.version_info < (3, 11):
        sys.exit(
            "Siegel needs Python 3.11 or newer; %s is %s. Install one, or name it: "
            "make PYTHON=/path/to/python3.11" % (sys.executable, sys.version.split()[0])
        )
    if os.path.islink(VENV):
        return  # somebody shares one environment between work trees and looks after it
    dev = "--dev" in sys.argv
    stamp = stamp_of(dev)
    if os.path.exists(stamp) or os.path.exists(stamp_of(True)):
        return
    if not os.path.exists(PYTHON):
        make_environment()
    print("Installing the locked requirements (once, about a minute) ...", flush=True)
    pip("--require-hashes", "-r", "requirements-dev.txt" if dev else "requirements.txt")
    pip("--no-deps", "--no-build-isolation", "--editable", ".")
    for name in os.listdir(VENV):
        if name.startswith(".installed-"):
            os.remove(os.path.join(VENV, name))
    open(stamp, "w").close()


if __name__ == "__main__":
    main()
