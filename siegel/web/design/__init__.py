"""The living style sheet: every component on one page, in development only."""
