"""`python -m hefboom`."""

from hefboom.cli import main

main()
