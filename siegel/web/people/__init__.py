"""The users of an account: who holds a license, inviting, roles, releasing."""
