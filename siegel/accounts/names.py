"""What people are called, from what is known of them."""


def name_or_email(first: str | None, last: str | None, email: str | None) -> str:
    """Return first and last name, or the e-mail address where neither is known."""
    return f"{first or ''} {last or ''}".strip() or email or ""
