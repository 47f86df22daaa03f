"""The registration link: a calm public page that leads into an account."""
