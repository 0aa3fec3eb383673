"""The command line: insight check, report, map, label, demo."""

from .commands import app as app
