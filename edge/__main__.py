"""`python -m edge` is `skerry`."""

from edge.cli import main

main()
