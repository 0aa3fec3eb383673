"""The command line: `python -m insight`."""

from .cli import app

if __name__ == "__main__":
    app(prog_name="insight")
