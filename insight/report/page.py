"""The facts as HTML: every string escaped, every script named by its hash, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent
_ESCAPES = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}


def render_page(facts: dict[str, Any]) -> str:
    """Fill the template; plotly.js is embedded once and only if there is a figure."""
    from markupsafe import Markup
    from plotly.offline import get_plotlyjs

    from insight.plots.theme import CONFIG, DARK, LIGHT, template

    figures = [figure for room in facts["sections"] for figure in room["figures"]]
    data = {
        "figures": {figure["id"]: figure["plot"] for figure in figures},
        "sliders": {figure["id"]: figure["slider"]["steps"] for figure in figures if "slider" in figure},
        "templates": {"light": template("light"), "dark": _with_light_cells(template("dark"))},
        "config": CONFIG,
        "evidence": facts["evidence"],
    }
    scripts = [get_plotlyjs()] if figures else []
    scripts.append((_FOLDER / "report.js").read_text(encoding="utf-8"))
    return (
        _environment()
        .get_template("template.html")
        .render(
            facts=facts,
            light=LIGHT,
            dark=DARK,
            style=Markup((_FOLDER / "report.css").read_text(encoding="utf-8")),
            data=Markup(to_json(data)),
            scripts=[Markup(script) for script in scripts],
            policy=_policy(scripts),
        )
    )


def _with_light_cells(dark: dict[str, Any]) -> dict[str, Any]:
    """Write the numbers of cells in ink: plotly would choose a colour that is made for white paper."""
    return {**dark, "data": {"heatmap": [{"textfont": {"color": dark["layout"]["font"]["color"]}}]}}


def render_summary(title: str, answers: list[tuple[str, str]]) -> str:
    """Show the six answers alone, for a notebook cell."""
    return _environment().get_template("summary.html").render(title=title, answers=answers)


def to_json(data: dict[str, Any]) -> str:
    """Write JSON that can stand in a script block: no value can close the block or start a tag."""
    told = json.dumps(data, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return told.translate(_ESCAPES)


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
    return environment


def _tied(words: str) -> str:
    """Keep the two ends of an interval on one line."""
    return words.replace("–", "\u2060–\u2060")
