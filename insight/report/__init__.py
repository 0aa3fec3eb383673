"""A report: the plan of what is measured, the exhibits that show it, and one page that opens offline."""

from .build_report import build_report as build_report
from .report import Report as Report
