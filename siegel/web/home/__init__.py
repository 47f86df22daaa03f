"""Where people arrive: the start page, the start of an account, their own profile."""
