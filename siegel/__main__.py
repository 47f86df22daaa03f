"""`python -m siegel` is the `siegel` command."""

from siegel.commands.main import main

main()
