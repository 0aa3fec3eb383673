"""The facts as HTML: every string escaped, every script named by its hash, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
import gzip
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

    evidence, quotes = _shared_quotes([facts, *facts["slices"]])
    figures = _figures(facts)
    data = {
        "figures": figures,
        "templates": {"light": template("light"), "dark": _with_light_cells(template("dark"))},
        "config": CONFIG,
        "evidence": evidence[0],
        "quotes": quotes,
        "slices": [{name: cut[name] for name in ("name", "label", "size")} for cut in facts["slices"]],
    }
    environment = _environment()
    parts = [
        {"html": _parts(cut, environment), "figures": _figures(cut), "evidence": found}
        for cut, found in zip(facts["slices"], evidence[1:], strict=True)
    ]
    scripts = [get_plotlyjs()] if figures else []
    scripts.append((_FOLDER / "report.js").read_text(encoding="utf-8"))
    return environment.get_template("template.html").render(
        facts=facts,
        light=LIGHT,
        dark=DARK,
        style=Markup((_FOLDER / "report.css").read_text(encoding="utf-8")),
        data=Markup(to_json(data)),
        packed=[_packed(part) for part in parts],
        scripts=[Markup(script) for script in scripts],
        policy=_policy(scripts),
    )


def _figures(told: dict[str, Any]) -> dict[str, Any]:
    return {
        figure["id"]: figure["plot"] | {"steps": figure.get("slider", {}).get("steps", [])}
        for room in told["sections"]
        for figure in room["figures"]
    }


def _parts(told: dict[str, Any], environment: Environment) -> dict[str, str]:
    """Write what a slice puts in place of the page's own words, with the page's own macros."""
    parts: Any = environment.get_template("parts.html").module
    rooms = {room["id"]: str(parts.room(room, told)) for room in told["sections"]}
    return {"answers": str(parts.answers(told)), "next": str(parts.next(told)), **rooms}


def _shared_quotes(told: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[Any]]:
    """Write each quote once, however many needs, topics and slices show it; they then name its number."""
    places: dict[str, int] = {}
    quotes: list[Any] = []

    def number(quote: dict[str, Any]) -> int:
        told = [quote["parts"], quote["source"], *filter(None, [quote["note"]])]
        key = json.dumps(told)
        if key not in places:
            places[key] = len(quotes)
            quotes.append(told)
        return places[key]

    def shared(entry: dict[str, Any]) -> dict[str, Any]:
        groups = [
            {
                "label": group["label"],
                "quotes": [[number(quote), quote["reason"]] for quote in group["quotes"]],
            }
            for group in entry["groups"]
        ]
        return {**entry, "groups": groups, "rest": [number(quote) for quote in entry.get("rest", [])]}

    return [{key: shared(entry) for key, entry in part["evidence"].items()} for part in told], quotes


def _packed(part: dict[str, Any]) -> str:
    """Pack a slice for the browser to unpack when it is asked for; the same slice gives the same bytes."""
    return base64.b64encode(gzip.compress(to_json(part).encode(), 9, mtime=0)).decode()


def _with_light_cells(dark: dict[str, Any]) -> dict[str, Any]:
    """Write the numbers of cells in ink: plotly would choose a colour that is made for white paper."""
    return {**dark, "data": {"heatmap": [{"textfont": {"color": dark["layout"]["font"]["color"]}}]}}


def render_inline(title: str, answers: list[tuple[str, str]], page: str) -> str:
    """Show the page inside a notebook cell, and the six answers as words where no frame is drawn."""
    return _environment().get_template("inline.html").render(title=title, answers=answers, page=page)


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
