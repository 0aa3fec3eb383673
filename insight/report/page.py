"""A page as HTML: every string escaped, every script named by its hash, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .page_facts import Page
from .sections.finding import RECENT
from .vocabulary import values

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent
_ESCAPES = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}
SCRIPTS = ("rows.js", "base.js", "figures.js", "words.js", "filters.js", "live.js", "report.js")
"""In the order in which each may use those before it; they share one scope."""

SPARK_WIDTH, SPARK_HEIGHT = 84, 20


def render_page(page: Page) -> str:
    """Fill the template; figures, tables and messages are packed and read when they are asked for."""
    from markupsafe import Markup
    from plotly.offline import get_plotlyjs

    from insight.plots.theme import CONFIG, DARK, LIGHT, template

    shown = {one.id: asdict(one) for part in page.sections for one in part.shown}
    figures = any(one["plot"] or one["live"] for one in shown.values())
    data = {
        "shown": shown,
        "templates": {"light": template("light"), "dark": _with_light_cells(template("dark"))},
        "config": CONFIG,
        "problems": [asdict(row) for row in page.problems],
        "recent": RECENT,
        "span": page.span,
        "names": page.names,
        "wants": values("wants"),
        "tables": {name: asdict(table) for name, table in page.method.tables},
    }
    plotly = get_plotlyjs() if figures else ""
    script = "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in SCRIPTS)
    script = f'"use strict";\n(() => {{\n{script}\n}})();'
    return (
        _environment()
        .get_template("template.html")
        .render(
            page=page,
            light=LIGHT,
            dark=DARK,
            style=Markup((_FOLDER / "report.css").read_text(encoding="utf-8")),
            packed={"data": packed(to_json(data)), "rows": page.rows.packed, "plotly": packed(plotly)},
            script=Markup(script),
            policy=_policy([script, *filter(None, [plotly])]),
        )
    )


def packed(text: str) -> str:
    """Pack a text for the browser to unpack when it is asked for; the same text gives the same bytes."""
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode() if text else ""


def _with_light_cells(dark: dict[str, Any]) -> dict[str, Any]:
    """Write the numbers of cells in ink: plotly would choose a colour that is made for white paper."""
    return {**dark, "data": {"heatmap": [{"textfont": {"color": dark["layout"]["font"]["color"]}}]}}


def render_inline(title: str, answers: list[tuple[str, str]], page: str) -> str:
    """Show the page inside a notebook cell, and the memo as words where no frame is drawn."""
    return _environment().get_template("inline.html").render(title=title, answers=answers, page=page)


def render_index(title: str, by: str, pages: Sequence[dict[str, str]]) -> str:
    """List pages that were made beside it: of each its `file`, `name`, `about` and bottom `line`."""
    from markupsafe import Markup

    from insight.plots.theme import DARK, LIGHT

    style = Markup((_FOLDER / "report.css").read_text(encoding="utf-8"))
    shown = {"title": title, "by": by, "pages": pages, "light": LIGHT, "dark": DARK, "style": style}
    return _environment().get_template("pages.html").render(**shown)


def to_json(data: dict[str, Any]) -> str:
    """Write JSON that can stand in a script block: no value can close the block or start a tag."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(_ESCAPES)


def spark_points(values: Sequence[float]) -> str:
    """Return the points of a spark line from 0 up."""
    top = max(values) or 1
    across = SPARK_WIDTH / max(1, len(values) - 1)
    return " ".join(
        f"{at * across:.1f},{SPARK_HEIGHT - 1 - (SPARK_HEIGHT - 2) * value / top:.1f}"
        for at, value in enumerate(values)
    )


def _policy(scripts: list[str]) -> str:
    """Let only these scripts run and nothing be fetched; plotly sets styles on its marks."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in scripts
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["tie"] = _tied
    environment.filters["spark"] = spark_points
    return environment


def _tied(words: str) -> str:
    """Keep the two ends of an interval on one line."""
    return words.replace("–", "\u2060–\u2060")
