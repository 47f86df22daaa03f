"""A person's own second factor: authenticator app, passkeys, recovery codes."""
