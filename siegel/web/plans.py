"""What a plan preview shows ("Das wird geschehen"): each door's plan turned into plain lines."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PlanLine:
    """One thing that will happen."""

    text: str
    detail: str = ""  #: to whom, why
    when: str = ""  #: "sofort", "am 14. März 2027"
    cost: str = ""
    icon: str = "arrow-right"
    final: str = ""  #: why it cannot be undone; empty where it can
