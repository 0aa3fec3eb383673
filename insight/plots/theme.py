"""The only place with a colour: palette, light and dark templates, number formats, plotly settings."""

from __future__ import annotations

from typing import Any

# Okabe and Ito (2008). These keep a contrast of 3 : 1 on both papers below.
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
GREY = "#767676"
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, GREY)

LIGHT = {"paper": "#FFFFFF", "ink": "#1A1C1F", "quiet": "#5C6167", "rule": "#E3E5E8", "accent": "#0B5CAD"}
DARK = {"paper": "#15171A", "ink": "#E8EAED", "quiet": "#A3A9B0", "rule": "#2F3338", "accent": "#7DB7F0"}

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "modeBarButtonsToRemove": ["sendChartToCloud"],
    "responsive": True,
    "showSendToCloud": False,
}
"""Pass as `config=` wherever a figure is shown or written: no upload button, no logo, no icon bar."""


def faded(colour: str, opacity: float = 0.18) -> str:
    """Return a palette colour (`#RRGGBB`) as the fill of an interval band, readable on either paper."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def template(mode: str = "light") -> dict[str, Any]:
    """Return the plotly template of one colour mode; the paper is transparent, so the page shows through."""
    tone = {"light": LIGHT, "dark": DARK}[mode]
    axis = {
        "gridcolor": tone["rule"],
        "zerolinecolor": tone["rule"],
        "linecolor": tone["quiet"],
        "tickcolor": tone["quiet"],
        "automargin": True,
        "ticklabelstandoff": 5,
        "title": {"font": {"size": 13, "color": tone["quiet"]}, "standoff": 8},
    }
    return {
        "layout": {
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": list(PALETTE),
            "font": {"family": FONT, "size": 13, "color": tone["ink"]},
            "title": {
                "font": {"size": 16},
                "subtitle": {"font": {"size": 13, "color": tone["quiet"]}},
                **{"x": 0, "xref": "container", "xanchor": "left"},
                **{"y": 1, "yref": "container", "yanchor": "top", "pad": {"t": 12, "l": 8}},
            },
            "hoverlabel": {
                "bgcolor": tone["paper"],
                "bordercolor": tone["quiet"],
                "font": {"family": FONT, "size": 13, "color": tone["ink"]},
                "align": "left",
            },
            "xaxis": axis,
            "yaxis": axis,
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "margin": {"l": 8, "r": 30, "t": 48, "b": 8},
            "hovermode": "closest",
        }
    }
