"""`python -m operations.cli`: the command `rapport`, for those who start it as a process of their own."""

from operations.cli.main import main

main()
