"""A few slides with native charts, so that the numbers can be edited where they are shown."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from insight.files import escape_formula, printable
from insight.mentions import InsightError
from insight.text.clean import split_sentences

from . import first_screen as answers
from . import format as wording
from .export import frozen

if TYPE_CHECKING:
    from . import Report

WIDTH, HEIGHT, EDGE = 13.333, 7.5, 0.6
"""Inches."""

MAX_BARS, MAX_QUOTES, MAX_HOURS = 8, 5, 168
_LETTERS = 260


def make_slides(report: Report) -> bytes:
    """Make title, six answers, one chart each for needs, responses and retention, quotes and caveats."""
    try:
        from pptx import Presentation
    except ImportError as error:
        raise InsightError(
            "slides need python-pptx; install it with `pip install python-pptx`, or leave them out."
        ) from error
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    deck.core_properties.author, deck.core_properties.title = "insight", printable(report.title)
    facts, results = report.facts, report.results
    rooms = {room["id"]: room for room in facts["sections"]}
    _title(deck, facts)
    _answers(deck, facts["answers"])
    needs = answers.shown_needs(results).head(MAX_BARS)
    if len(needs):
        bars = [(_labelled(need), int(need["n_people"])) for _, need in needs.iterrows()]
        _bars(deck, rooms["needs"]["heading"], bars, unit="People who voice the need")
    if results.curve is not None and len(results.curve):
        _curve(deck, rooms["responses"], results.curve)
    if results.repeat is not None and len(told := _periods(results.repeat)):
        _columns(deck, rooms["retention"], told, unit=f"Share who write again the next {results.period}")
    _quotes(deck, facts["needs"])
    _caveats(deck, facts)
    buffer = io.BytesIO()
    deck.save(buffer)
    return frozen(buffer.getvalue())


def _labelled(need: pd.Series) -> str:
    """Name a need, with the interval of its share where enough people voice it to tell one."""
    if need["n_people"] < wording.FEW:
        return answers.name_of(need)
    return f"{answers.name_of(need)} ({wording.interval(need['low'], need['high'])})"


def _fitting(said: Sequence[str]) -> str:
    """Join as many sentences as a foot has room for; none is cut."""
    told = ""
    for sentence in [text[start:end] for text in said for start, end in split_sentences(text)]:
        if len(told) + len(sentence) > _LETTERS:
            break
        told = f"{told} {sentence}".strip()
    return told


def _slide(deck: Any, heading: str, *, said: Sequence[str] = ()) -> Any:  # noqa: ANN401
    """Add a slide whose title is the finding and whose foot says what was counted."""
    from pptx.util import Inches

    slide = deck.slides.add_slide(deck.slide_layouts[5])
    title = slide.shapes.title
    title.left, title.top = Inches(EDGE), Inches(0.4)
    title.width, title.height = Inches(WIDTH - 2 * EDGE), Inches(1.1)
    _write(title.text_frame, [(heading, 26, True)])
    if told := _fitting(said):
        foot = slide.shapes.add_textbox(
            Inches(EDGE), Inches(HEIGHT - 0.8), Inches(WIDTH - 2 * EDGE), Inches(0.5)
        )
        _write(foot.text_frame, [(told, 12, False)])
    return slide


def _write(frame: Any, lines: Sequence[tuple[str, int, bool]]) -> None:  # noqa: ANN401
    """Fill a text frame with (words, size in points, bold), one paragraph each, set to the left."""
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    frame.word_wrap = True
    for number, (words, size, bold) in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment, paragraph.space_after = PP_ALIGN.LEFT, Pt(size / 3)
        run = paragraph.add_run()
        run.text, run.font.size, run.font.bold = printable(words), Pt(size), bold


def _body(slide: Any, lines: Sequence[tuple[str, int, bool]]) -> None:  # noqa: ANN401
    from pptx.util import Inches

    box = slide.shapes.add_textbox(Inches(EDGE), Inches(1.6), Inches(WIDTH - 2 * EDGE), Inches(HEIGHT - 2.4))
    _write(box.text_frame, lines)


def _title(deck: Any, facts: dict[str, Any]) -> None:  # noqa: ANN401
    slide = _slide(deck, facts["title"])
    _body(
        slide,
        [(facts["honesty"], 18, False), ("", 12, False), (f"This file is {facts['privacy']}.", 14, False)],
    )


def _answers(deck: Any, told: list[dict[str, Any]]) -> None:  # noqa: ANN401
    from pptx.util import Inches, Pt

    slide = _slide(deck, "Six questions, six answers")
    size = (Inches(EDGE), Inches(1.5), Inches(WIDTH - 2 * EDGE), Inches(5.2))
    table = slide.shapes.add_table(len(told), 2, *size).table
    table.first_row = False
    table.columns[0].width = Inches(3.6)
    table.columns[1].width = Inches(WIDTH - 2 * EDGE - 3.6)
    for row, answer in enumerate(told):
        steps = [f"{number}. {step['text']}" for number, step in enumerate(answer["actions"], 1)]
        lead = " ".join([answer["lead"], *steps]).strip()
        for column, (words, bold) in enumerate([(answer["question"], True), (lead, False)]):
            _write(table.cell(row, column).text_frame, [(wording.shorten(words, limit=_LETTERS), 14, bold)])
            table.cell(row, column).margin_top = Pt(6)


def _chart(slide: Any, kind: Any, data: Any, *, across: str, up: str, percent: bool) -> Any:  # noqa: ANN401
    from pptx.dml.color import RGBColor
    from pptx.util import Inches, Pt

    from insight.plots.theme import BLUE, LIGHT

    size = (Inches(EDGE), Inches(1.6), Inches(WIDTH - 2 * EDGE), Inches(HEIGHT - 2.5))
    chart = slide.shapes.add_chart(kind, *size, data).chart
    chart.has_legend, chart.has_title, chart.font.size = False, False, Pt(12)
    for axis, name in ((chart.category_axis, across), (chart.value_axis, up)):
        axis.has_title = bool(name)
        if name:
            _write(axis.axis_title.text_frame, [(name, 12, False)])
    chart.category_axis.has_major_gridlines = False
    chart.value_axis.minimum_scale = 0
    chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string(LIGHT["rule"][1:])
    if percent:
        chart.value_axis.tick_labels.number_format, chart.value_axis.maximum_scale = "0%", 1
        chart.value_axis.tick_labels.number_format_is_linked = False
    for series in chart.series:
        series.format.line.color.rgb = RGBColor.from_string(BLUE[1:])
        if hasattr(series, "invert_if_negative"):
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = RGBColor.from_string(BLUE[1:])
    return chart


def _bars(deck: Any, heading: str, bars: list[tuple[str, int]], *, unit: str) -> None:  # noqa: ANN401
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    data = CategoryChartData(number_format="#,##0")
    data.categories = [escape_formula(name) for name, _ in bars]
    data.add_series(unit, [n for _, n in bars])
    note = "in brackets the share of all people who wrote, 95\u00a0% interval."
    slide = _slide(deck, heading, said=[f"{unit}, most worth meeting first; {note}"])
    chart = _chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, data, across="", up="", percent=False)
    chart.category_axis.reverse_order = True
    chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
    chart.plots[0].has_data_labels, chart.plots[0].gap_width = True, 60


def _columns(deck: Any, room: dict[str, Any], told: pd.DataFrame, *, unit: str) -> None:  # noqa: ANN401
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    data = CategoryChartData(number_format="0%")
    data.categories = [_spoken(period) for period in told["period"].astype(str)]
    data.add_series(unit, told["share"].tolist())
    slide = _slide(deck, room["heading"], said=room["said"])
    _chart(slide, XL_CHART_TYPE.COLUMN_CLUSTERED, data, across="", up=unit, percent=True)


def _spoken(period: str) -> str:
    """Write a month as "Jul 2024"; a day stays as it is."""
    return f"{pd.Timestamp(period):%b %Y}" if len(period) == len("2024-07") else period


def _periods(repeat: pd.DataFrame) -> pd.DataFrame:
    return repeat[(repeat["period"].astype(str) != "all") & repeat["share"].notna()]


def _curve(deck: Any, room: dict[str, Any], curve: pd.DataFrame) -> None:  # noqa: ANN401
    from pptx.chart.data import XyChartData
    from pptx.enum.chart import XL_CHART_TYPE

    data = XyChartData(number_format="0.0")
    line = data.add_series("Share still waiting")
    shown = curve[curve["wait_hours"] <= MAX_HOURS]
    for hours, share in zip(shown["wait_hours"], shown["unanswered"], strict=True):
        line.add_data_point(float(hours), float(share))
    slide = _slide(deck, room["heading"], said=room["said"])
    kind = XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS
    chart = _chart(
        slide, kind, data, across="Hours since the message", up="Share still waiting", percent=True
    )
    chart.category_axis.maximum_scale, chart.category_axis.major_unit = MAX_HOURS, 24


def _quotes(deck: Any, needs: list[dict[str, Any]]) -> None:  # noqa: ANN401
    lines: list[tuple[str, int, bool]] = []
    for need in [need for need in needs if need["quote"]][:MAX_QUOTES]:
        words = "".join(part for part, _ in need["quote"]["parts"])
        lines += [(need["claim"], 14, True), (f"“{wording.shorten(words, limit=_LETTERS)}”", 14, False)]
        lines += [(f"{need['quote']['source']} · {need['quote']['reason']}", 11, False), ("", 4, False)]
    if lines:
        _body(_slide(deck, "In people's own words"), lines)


def _caveats(deck: Any, facts: dict[str, Any]) -> None:  # noqa: ANN401
    method = facts["method"]
    lines = [*method["reasons"], *method["doubts"], *method["rules"]]
    shown = [(wording.shorten(line, limit=_LETTERS), 13, False) for line in lines[:12]]
    _body(_slide(deck, "How far these numbers carry"), shown)
