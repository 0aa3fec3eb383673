"""A few slides with native charts, so that the numbers can be edited where they are shown."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from insight.files import escape_formula, printable
from insight.mentions import InsightError
from insight.text.clean import split_sentences

from . import format as wording
from .export import frozen
from .sections.finding import largest_needs, name_of

if TYPE_CHECKING:
    from .exhibit import Part
    from .page_facts import Page
    from .results import Results
    from .sections.memo import Problem

WIDTH, HEIGHT, EDGE = 13.333, 7.5, 0.6
"""Inches."""

MAX_BARS, MAX_QUOTES, MAX_HOURS = 8, 5, 168
_LETTERS = 260


def make_slides(page: Page, results: Results) -> bytes:
    """Make title, memo, one chart each for problems, replies and community, quotes and method."""
    try:
        from pptx import Presentation
    except ImportError as error:
        raise InsightError(
            "slides need python-pptx; install it with `pip install python-pptx`, or leave them out."
        ) from error
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    deck.core_properties.author, deck.core_properties.title = "insight", printable(page.title)
    parts = {part.id: part for part in page.sections}
    _title(deck, page)
    _memo(deck, page.memo.lines())
    needs = largest_needs(results, MAX_BARS)
    if len(needs):
        bars = [(_labelled(need), int(need["n_people"])) for _, need in needs.iterrows()]
        _bars(deck, parts["problems"].heading, bars, unit="People who mention the problem")
    if results.curve is not None and len(results.curve) and "replies" in parts:
        _curve(deck, parts["replies"], results.curve)
    if results.repeat is not None and "community" in parts and len(rates := _periods(results.repeat)):
        unit = f"Share who write again the next {results.period}"
        _columns(deck, parts["community"], rates, unit=unit)
    _quotes(deck, page.memo.problems)
    _method(deck, page)
    buffer = io.BytesIO()
    deck.save(buffer)
    return frozen(buffer.getvalue())


def _labelled(need: pd.Series) -> str:
    """Name a problem, with the interval of its share where enough people mention it."""
    if need["n_people"] < wording.FEW:
        return name_of(need)
    return f"{name_of(need)} ({wording.interval(need['low'], need['high'])})"


def _fitting(said: Sequence[str]) -> str:
    """Join as many sentences as a foot has room for; none is cut."""
    kept = ""
    for sentence in [text[start:end] for text in said for start, end in split_sentences(text)]:
        if len(kept) + len(sentence) > _LETTERS:
            break
        kept = f"{kept} {sentence}".strip()
    return kept


def _slide(deck: Any, heading: str, *, said: Sequence[str] = ()) -> Any:  # noqa: ANN401
    """Add a slide whose title is the finding and whose foot says what was counted."""
    from pptx.util import Inches

    slide = deck.slides.add_slide(deck.slide_layouts[5])
    title = slide.shapes.title
    title.left, title.top = Inches(EDGE), Inches(0.4)
    title.width, title.height = Inches(WIDTH - 2 * EDGE), Inches(1.1)
    _write(title.text_frame, [(heading, 26, True)])
    if foot_text := _fitting(said):
        foot = slide.shapes.add_textbox(
            Inches(EDGE), Inches(HEIGHT - 0.8), Inches(WIDTH - 2 * EDGE), Inches(0.5)
        )
        _write(foot.text_frame, [(foot_text, 12, False)])
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


def _title(deck: Any, page: Page) -> None:  # noqa: ANN401
    slide = _slide(deck, page.title)
    lines = [(f"{page.memo.about}.", 18, False), (page.memo.red_flag, 14, True)]
    _body(slide, [*lines, (f"This file is {page.privacy}.", 14, False)])


def _memo(deck: Any, lines: list[tuple[str, str]]) -> None:  # noqa: ANN401
    from pptx.util import Inches, Pt

    slide = _slide(deck, "The memo")
    size = (Inches(EDGE), Inches(1.5), Inches(WIDTH - 2 * EDGE), Inches(5.2))
    table = slide.shapes.add_table(len(lines), 2, *size).table
    table.first_row = False
    table.columns[0].width = Inches(2.4)
    table.columns[1].width = Inches(WIDTH - 2 * EDGE - 2.4)
    for row, (name, text) in enumerate(lines):
        for column, (words, bold) in enumerate([(name, True), (text, False)]):
            _write(table.cell(row, column).text_frame, [(wording.shorten(words, limit=400), 14, bold)])
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
    slide = _slide(deck, heading, said=[f"{unit}, most people first; {note}"])
    chart = _chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, data, across="", up="", percent=False)
    chart.category_axis.reverse_order = True
    chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
    chart.plots[0].has_data_labels, chart.plots[0].gap_width = True, 60


def _columns(deck: Any, part: Part, rates: pd.DataFrame, *, unit: str) -> None:  # noqa: ANN401
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    data = CategoryChartData(number_format="0%")
    data.categories = [_named(period) for period in rates["period"].astype(str)]
    data.add_series(unit, rates["share"].tolist())
    slide = _slide(deck, part.heading, said=[one.text for one in part.said])
    _chart(slide, XL_CHART_TYPE.COLUMN_CLUSTERED, data, across="", up=unit, percent=True)


def _named(period: str) -> str:
    """Write a month as "Jul 2024"; a day stays as it is."""
    return f"{pd.Timestamp(period):%b %Y}" if len(period) == len("2024-07") else period


def _periods(repeat: pd.DataFrame) -> pd.DataFrame:
    return repeat[(repeat["period"].astype(str) != "all") & repeat["share"].notna()]


def _curve(deck: Any, part: Part, curve: pd.DataFrame) -> None:  # noqa: ANN401
    from pptx.chart.data import XyChartData
    from pptx.enum.chart import XL_CHART_TYPE

    data = XyChartData(number_format="0.0")
    line = data.add_series("Share still waiting")
    shown = curve[curve["wait_hours"] <= MAX_HOURS]
    for hours, share in zip(shown["wait_hours"], shown["unanswered"], strict=True):
        line.add_data_point(float(hours), float(share))
    slide = _slide(deck, part.heading, said=[one.text for one in part.said])
    kind = XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS
    chart = _chart(
        slide, kind, data, across="Hours since the message", up="Share still waiting", percent=True
    )
    chart.category_axis.maximum_scale, chart.category_axis.major_unit = MAX_HOURS, 24


def _quotes(deck: Any, problems: list[Problem]) -> None:  # noqa: ANN401
    lines: list[tuple[str, int, bool]] = []
    for problem in [one for one in problems if one.quote][:MAX_QUOTES]:
        lines += [(f"{problem.name}: {problem.people}", 14, True), (f"“{problem.quote}”", 14, False)]
        lines.append(("", 4, False))
    if lines:
        _body(_slide(deck, "In people's own words"), lines)


def _method(deck: Any, page: Page) -> None:  # noqa: ANN401
    method = page.method
    lines = [*method.missing, *(text for _, text in method.warnings), *method.rules]
    shown = [(wording.shorten(line, limit=_LETTERS), 13, False) for line in lines[:12]]
    _body(_slide(deck, "How far these numbers carry"), shown)
