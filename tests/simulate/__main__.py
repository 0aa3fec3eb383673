"""Remake the sample archive: `python -m tests.simulate data/sample`."""

from __future__ import annotations

import sys

from . import simulate_archive


def main(arguments: list[str]) -> int:
    """Write the default archive into the folder named on the command line."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.simulate FOLDER\n")
        return 2
    truth = simulate_archive(arguments[0])
    sys.stderr.write(
        f"{len(truth.messages)} messages by {len(truth.people)} people in {len(truth.files)} files\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
