"""A report: the plan of what is measured, the exhibits that show it, and one page that opens offline."""

from .build_report import build_report as build_report
from .export import export_tables as export_tables
from .report import Report as Report
from .split_archive import split_archive as split_archive
