"""Steps of one form on one address: nothing is stored anywhere before the last one.

What was typed on the other steps travels along in hidden fields, so the way works without a script,
in two tabs at once, and leaves nothing behind when it is given up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import QueryDict

#: Makes the form of a step: from what was typed, or with values to begin with.
Maker = Callable[..., Form]


@dataclass(frozen=True)
class Step:
    """One step: its name in the form, what people read, and its form."""

    name: str
    label: str
    make: Maker


@dataclass(frozen=True)
class Mark:
    """One entry of the step indicator."""

    number: int
    label: str
    state: str  #: "done", "current" or "" for what comes


class Wizard:
    """The way through the steps with what has been typed so far."""

    def __init__(self, steps: Sequence[Step], typed: QueryDict) -> None:
        self.steps = steps
        self.typed = typed
        names = [step.name for step in steps]
        here = typed.get("step", "")
        self.index = names.index(here) if here in names else 0

    def bound(self, index: int) -> Form:
        """Return a step's form with what was typed, to be checked."""
        return self.steps[index].make(self.typed)

    def shown(self, index: int) -> Form:
        """Return a step's form as it was left, without saying yet what is wrong in it."""
        make = self.steps[index].make
        if self.steps[index].name not in self.typed.getlist("seen"):
            return make()
        form = make()
        values = {
            name: field.widget.value_from_datadict(self.typed, {}, name)
            for name, field in form.fields.items()
        }
        return make(initial=values)

    def marks(self, index: int) -> list[Mark]:
        """Return the step indicator."""
        return [
            Mark(n + 1, step.label, "done" if n < index else "current" if n == index else "")
            for n, step in enumerate(self.steps)
        ]

    def carried(self, index: int, form: Form) -> list[tuple[str, str]]:
        """Return the hidden fields that bring along what the other steps' fields hold."""
        seen = {*self.typed.getlist("seen"), self.steps[index].name}
        if "step" in self.typed:
            seen.add(self.steps[self.index].name)
        hidden = [("seen", step.name) for step in self.steps if step.name in seen]
        hidden.append(("step", self.steps[index].name))
        own = {*form.fields, "step", "seen", "go", "attempt", "csrfmiddlewaretoken"}
        for name, values in self.typed.lists():
            if name not in own:
                hidden += [(name, str(value)) for value in values]
        return hidden

    def context(self, index: int, form: Form) -> dict[str, Any]:
        """Return what the page of a step shows."""
        return {
            "form": form,
            "step": self.steps[index],
            "marks": self.marks(index),
            "number": index + 1,
            "carried": self.carried(index, form),
            "first": index == 0,
            "last": index == len(self.steps) - 1,
        }
