"""Environment variables: read once, checked at the start, each with its documentation."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class BadSetting(Exception):  # noqa: N818 - it reads as a sentence: "raises BadSetting"
    """An environment variable that the service cannot start with; the text is the whole message."""


@dataclass(frozen=True)
class Variable:
    """One documented environment variable."""

    name: str
    default: str
    help: str


VARIABLES: dict[str, Variable] = {}


def read(name: str, default: str, help_text: str, parse: Callable[[str], T]) -> T:
    """Return the parsed value of an environment variable.

    :raises BadSetting: the value does not parse; names the variable and what is allowed.
    """
    VARIABLES[name] = Variable(name, default, help_text)
    raw = os.environ.get(name, default)
    try:
        return parse(raw)
    except ValueError as error:
        raise BadSetting(f"{name}={raw!r} cannot be used: {error}") from None


def text(name: str, default: str, help_text: str) -> str:
    """Return the variable as it stands."""
    return read(name, default, help_text, str)


def choice(name: str, default: str, allowed: tuple[str, ...], help_text: str) -> str:
    """Return the variable, which has to be one of the allowed words."""

    def parse(raw: str) -> str:
        if raw not in allowed:
            raise ValueError(f"it must be one of {', '.join(allowed)}.")
        return raw

    return read(name, default, help_text, parse)


def flag(name: str, default: bool, help_text: str) -> bool:
    """Return whether the variable is on (1, true, yes, on) or off (0, false, no, off)."""

    def parse(raw: str) -> bool:
        word = raw.strip().lower()
        if word in {"1", "true", "yes", "on"}:
            return True
        if word in {"0", "false", "no", "off", ""}:
            return False
        raise ValueError("it must be 1 or 0.")

    return read(name, "1" if default else "0", help_text, parse)


def number(
    name: str, default: int, help_text: str, *, low: int = 0, high: int | None = None
) -> int:
    """Return the variable as a whole number within its bounds (both included)."""

    def parse(raw: str) -> int:
        if not raw.strip().lstrip("-").isdigit():
            raise ValueError("it must be a whole number.")
        value = int(raw)
        if value < low or (high is not None and value > high):
            bounds = f"at least {low}" if high is None else f"between {low} and {high}"
            raise ValueError(f"it must be {bounds}.")
        return value

    return read(name, str(default), help_text, parse)


def words(name: str, default: str, help_text: str) -> list[str]:
    """Return the variable's comma-separated words, without empty ones."""
    return [word.strip() for word in text(name, default, help_text).split(",") if word.strip()]


def secret(name: str, file: Path, help_text: str) -> str:
    """Return a secret from the variable, or from its file where the variable is not set.

    :raises BadSetting: neither is there, or the secret has fewer than 32 characters.
    """
    VARIABLES[name] = Variable(name, "", help_text)
    value = os.environ.get(name, "")
    if not value and file.is_file():
        value = file.read_text(encoding="utf-8").strip()
    if len(value) < 32:
        raise BadSetting(
            f"{name} is missing or shorter than 32 characters: set it in the environment, "
            f"or let `siegel setup` write {file}."
        )
    return value
