"""Which functions of the product reach others: read from the source, names resolved by imports."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: ``siegel.web.people.views_invite:invite``
Name = str


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "siegel").rglob("*.py")):
        if "migrations" in path.parts or "demo" in path.parts:
            continue
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield name, ast.parse(path.read_text())


@cache
def _graph() -> tuple[dict[Name, set[Name]], dict[str, dict[str, str]]]:
    """Return what each function names, and what each module's names stand for."""
    imported: dict[str, dict[str, str]] = {}
    uses: dict[Name, set[Name]] = defaultdict(set)
    for module, tree in _modules():
        names = imported[module] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("siegel"):
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        for top in tree.body:
            body = top.body if isinstance(top, ast.ClassDef) else [top]
            for function in body:
                if isinstance(function, ast.FunctionDef):
                    names.setdefault(function.name, f"{module}.{function.name}")
                    uses[f"{module}:{function.name}"] |= _named(function)
    return uses, imported


def _named(function: ast.FunctionDef) -> set[str]:
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.add(f"{node.value.id}.{node.attr}")
        elif isinstance(node, ast.Name):
            found.add(node.id)
    return found


def _resolved(module: str, name: str) -> Name:
    """Return the function that a name in a module stands for, through re-exports."""
    _uses, imported = _graph()
    head, _dot, rest = name.partition(".")
    target = imported[module].get(head, "")
    full = f"{target}.{rest}" if rest else target
    for _step in range(4):
        owner, _dot, attribute = full.rpartition(".")
        onward = imported.get(owner, {}).get(attribute)
        if not onward or onward == full:
            return f"{owner}:{attribute}"
        full = onward
    return full


def who_reaches(targets: Iterable[Name]) -> set[Name]:
    """Return every function from which one of the targets can be reached."""
    uses, _imported = _graph()
    callers: dict[Name, set[Name]] = defaultdict(set)
    for function, names in uses.items():
        module = function.partition(":")[0]
        for name in names:
            callers[_resolved(module, name)].add(function)
    reached: set[Name] = set()
    open_ = list(targets)
    while open_:
        for caller in callers[open_.pop()] - reached:
            reached.add(caller)
            open_.append(caller)
    return reached
