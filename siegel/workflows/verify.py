"""Everything that must agree, over all applications (promise 3)."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

_APPS = ("audit", "accounts", "licensing", "boxes", "billing", "jobs")


def findings() -> Iterator[str]:
    """Yield a sentence for everything stored that does not agree."""
    for app in _APPS:
        if find_spec(f"siegel.{app}.invariants"):
            yield from import_module(f"siegel.{app}.invariants").check()
