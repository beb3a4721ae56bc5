"""``python -m ipaner.cli``, for launchers that start modules."""

from ipaner.cli import main

main(prog_name="ipaner")
