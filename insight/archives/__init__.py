"""Exported archive -> mentions: open, detect, read, map, finish."""

from .import_report import ImportReport as ImportReport
from .read_archive import Archive as Archive
from .read_archive import read_archive as read_archive
