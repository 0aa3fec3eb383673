import csv
import io
import re
from dataclasses import replace

import pytest

import insight as ins

READY = ":root[data-ready]"


@pytest.fixture
def shown(open_page, page_file):
    """The page of the invented archive, its rows read."""

    def show(**how):
        page = open_page(page_file, **how)
        page.locator(READY).wait_for(state="attached")
        return page

    return show


def draw_all(page):
    """Scroll through the page as a reader would, so that every figure is drawn."""
    plots = page.locator("figure .plot")
    for number in range(plots.count()):
        into_view(page, plots.nth(number))
    return plots.count()


def into_view(page, plot):
    plot.scroll_into_view_if_needed()
    plot.locator(".main-svg").first.wait_for()


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def choose(page, label, value):
    if page.locator("#choices").is_hidden():
        page.locator("#unfold").click()
    page.locator("#dimensions").get_by_label(label, exact=True).select_option(value)


def count_of(page):
    """People and messages, as the bar says them."""
    return [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", page.locator("#count").inner_text())[:2]]


def test_the_page_needs_no_network_and_makes_no_error(shown, page_report):
    page = shown()
    assert draw_all(page) >= 5
    assert page.complaints == []
    for part in page_report.page.sections:
        assert page.locator(f"#{part.id}-heading").inner_text().strip()


def test_the_page_is_light(shown):
    page = shown()
    assert page.evaluate("document.querySelectorAll('*').length") < 4000
    assert page.locator("table").count() < 10, "tables of the appendix are made when they are opened"


def test_a_page_that_was_read_to_its_end_is_light_and_draws_again(shown):
    page = shown()
    nodes = "document.querySelectorAll('*').length"
    at_load = page.evaluate(nodes)
    plots = page.locator("figure .plot")
    heights = []
    for number in range(plots.count()):
        into_view(page, plots.nth(number))
        heights.append(plots.nth(number).bounding_box()["height"])
        assert page.evaluate(nodes) < 4000
    page.keyboard.press("End")
    page.wait_for_function("document.querySelectorAll('figure .main-svg').length < 12")
    assert page.evaluate(nodes) < at_load + 1500
    assert not plots.first.locator(".main-svg").count(), "out of view its elements are given back"
    assert abs(plots.first.bounding_box()["height"] - heights[0]) < 2, "and its place is kept"
    into_view(page, plots.first)
    assert plots.first.locator(".point, .bars, .trace").count()
    assert page.complaints == []


def test_plotly_is_read_when_the_first_figure_comes_near(shown):
    page = shown()
    assert page.evaluate("typeof Plotly") in ("undefined", "object")
    draw_all(page)
    assert page.evaluate("typeof Plotly") == "object"


def test_the_memo_is_one_screen(shown):
    page = shown()
    box = page.locator("#memo").bounding_box()
    assert box["y"] + box["height"] <= 900
    assert len(page.locator("#memo").inner_text().split()) <= 190


def test_every_figure_draws_marks_and_has_numbers_behind_it(shown):
    page = shown()
    draw_all(page)
    for figure in page.locator("figure").all():
        assert figure.locator("figcaption").inner_text().strip()
        if figure.locator(".plot").count():
            into_view(page, figure.locator(".plot"))
            assert figure.locator(".plot .trace, .plot .point, .plot .bars, .plot .hm").count() > 0
        figure.locator("summary").click()
        figure.locator("td").first.wait_for(state="visible")
    assert page.complaints == []


def test_the_numbers_of_the_rows_are_those_of_the_page(shown, page_report):
    page = shown()
    rows = page_report.page.rows
    assert count_of(page) == [rows.n_people, rows.n_messages]
    more = page.locator("#problems-tools").get_by_role("button", name=re.compile("Show all"))
    if more.count():
        more.click()
    written = {row.name: row.n_people for row in page_report.page.problems}
    table = page.locator("#problems-table tbody tr")
    seen = {
        table.nth(at).locator("th").inner_text(): int(
            table.nth(at).locator("td").first.inner_text().replace(",", "")
        )
        for at in range(table.count())
    }
    assert len(seen) >= 2
    assert seen.items() <= written.items()


def test_a_filter_counts_again_and_undo_takes_it_back(shown):
    page = shown()
    whole = count_of(page)
    choose(page, "Channel", "Reddit")
    fewer = count_of(page)
    assert fewer[0] < whole[0]
    assert fewer[1] < whole[1]
    assert "channel=Reddit" in page.url
    assert "Reddit" in page.locator("#count").inner_text()
    page.locator("#undo").click()
    assert count_of(page) == whole
    assert "channel" not in page.url
    choose(page, "Channel", "Reddit")
    page.locator("#clear").click()
    assert count_of(page) == whole
    assert page.complaints == []


def test_filters_combine_and_a_link_carries_them(shown, open_page, page_file):
    page = shown()
    choose(page, "Channel", "Reddit")
    alone = count_of(page)
    page.locator("#words").fill("machine")
    page.wait_for_url("**text=machine*")
    both = count_of(page)
    assert both[1] < alone[1]
    again = open_page(page_file, anchor=page.url.partition("page.html")[2])
    again.locator(READY).wait_for(state="attached")
    assert count_of(again) == both
    assert again.locator("#words").input_value() == "machine"


def test_dates_are_brushed_by_mouse_and_by_keys(shown):
    page = shown()
    whole = count_of(page)
    page.locator("#unfold").click()
    box = page.locator("#brush svg").bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.45, box["y"] + 10)
    page.mouse.up()
    assert "from=" in page.url
    assert count_of(page)[1] < whole[1]
    page.locator("#clear").click()
    page.get_by_label("From", exact=True).focus()
    page.keyboard.press("ArrowRight")
    assert "from=" in page.url
    page.locator("#preset").select_option("all")
    assert count_of(page) == whole


def test_sentences_under_a_filter_are_of_what_is_shown(shown, page_report):
    page = shown()
    heading = page.locator("#problems-heading")
    before = heading.inner_text()
    choose(page, "Channel", "Reddit")
    assert heading.inner_text() != before
    assert "shown" in heading.inner_text()
    page.locator("#clear").click()
    assert heading.inner_text() == before


@pytest.mark.parametrize(
    "anchor", ["?channel=nowhere", "?a=%22%3E%3Cb%3E", "?from=never&to=1", "?from=2026-13-45"]
)
def test_a_filter_that_does_not_exist_shows_everything(shown, page_report, anchor):
    page = shown(anchor=anchor)
    assert count_of(page)[0] == page_report.page.rows.n_people
    assert page.complaints == []


def test_problems_are_sorted_by_any_column(shown):
    page = shown()
    table = page.locator("#problems-table")
    table.get_by_role("button", name="Problem").click()
    names = [name.lower() for name in table.locator("tbody th").all_inner_texts()]
    plain_names = [name for name in names if name != "general dissatisfaction"]
    assert plain_names == sorted(plain_names)
    assert table.locator("[aria-sort]").get_attribute("aria-sort") == "ascending"
    heads = table.locator("thead th").all_inner_texts()[1:]
    assert {"People", "Share", "Trend"} <= set(heads)
    for column in heads:
        table.get_by_role("button", name=column).click()
        assert table.locator("[aria-sort]").inner_text().startswith(column)


def test_a_problem_opens_its_sentences_and_escape_gives_the_focus_back(shown):
    page = shown()
    link = page.locator("#problems-table a.opens").first
    link.click()
    panel = page.locator("#panel")
    panel.wait_for(state="visible")
    assert page.locator("#panel-claim").inner_text() == link.inner_text()
    assert panel.locator("blockquote").count() > 0
    assert panel.locator("mark").count() > 0
    assert "#need=" in page.url
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    assert link.evaluate("link => link === document.activeElement")
    assert "#" not in page.url


def test_all_sentences_are_searched_sorted_and_saved(shown, page_report):
    page = shown()
    need = page_report.page.problems[0].need
    page.locator(f'#problems-table a[href="#need={need}"]').click()
    members = page_report.results.voiced.members
    n = int((members["need"] == need).sum())
    said = int(
        re.search(r"([\d,]+) sentences", page.locator("#panel-quotes").inner_text())[1].replace(",", "")
    )
    assert said == n
    rows = saved_rows(page, page.locator("#panel-tools").get_by_role("button", name="CSV"))
    assert len(rows) - 1 == n
    assert rows[0] == ["date", "channel", "rating", "sentence", "message"]
    word = re.findall(r"[a-z]{4,}", rows[1][3].lower())[0]
    page.get_by_label("Search within").fill(word)
    page.locator("#panel-quotes .quiet", has_text="found").wait_for()
    hits = page.locator("#panel blockquote p").all_inner_texts()
    assert hits
    assert all(word in text.lower() for text in hits)
    assert {text.lower() for text in page.locator("#panel mark").all_inner_texts()} == {word}


@pytest.mark.parametrize("words", ["((((", "[a-", "<img src=x onerror=alert(1)>", "zzzzzz"])
def test_search_takes_any_words_as_words(shown, words):
    page = shown()
    page.locator("#problems-table a.opens").first.click()
    page.get_by_label("Search within").fill(words)
    page.locator("#panel-quotes .quiet", has_text="0 found").wait_for()
    assert page.complaints == []


def test_a_name_given_on_the_page_is_a_file_that_the_next_run_reads(shown, page_report, tmp_path):
    from insight.report.corrections import read_names

    page = shown()
    first, second = page_report.page.problems[:2]
    for row in (first, second):
        page.locator(f'#problems-table a[href="#need={row.need}"]').click()
        page.get_by_role("button", name="Rename or merge").click()
        page.get_by_label("New name").fill('A "new" name')
        page.get_by_role("button", name="Keep").click()
        page.keyboard.press("Escape")
    assert page.locator("#problems-table th[scope=row]").first.inner_text() == 'A "new" name'
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download needs.toml").click()
    assert saved.value.suggested_filename == "needs.toml"
    saved.value.save_as(tmp_path / "needs.toml")
    assert read_names(tmp_path) == {first.name: 'A "new" name', second.name: 'A "new" name'}


def test_groups_are_compared_side_by_side(shown):
    page = shown()
    page.get_by_label("Compare by").select_option("channel")
    table = page.locator("#compared table")
    assert table.locator("thead th").count() >= 3
    assert "%" in table.inner_text()
    page.get_by_label("Compare by").select_option("")
    assert page.locator("#compared").count() == 0


def test_the_address_opens_what_it_names(shown, page_report):
    need = page_report.page.problems[1]
    page = shown(anchor=f"#need={need.need}")
    page.locator("#panel").wait_for(state="visible")
    assert page.locator("#panel-claim").inner_text() == need.name


@pytest.mark.parametrize(
    "anchor",
    [
        "#need=need-999",
        "#constructor=1",
        "#need",
        '#"]',
        "#%E0%A4%A",
        "#dates=a..b",
        "#dates=2026-02-01..2026-99-99",
        "#toString=x",
    ],
)
def test_an_address_that_names_nothing_opens_nothing(shown, anchor):
    page = shown(anchor=anchor)
    assert page.locator("#panel").is_hidden()
    assert page.complaints == []


def test_who_waits_is_listed_longest_first(shown):
    page = shown(anchor="#waiting=yes")
    page.locator("#panel").wait_for(state="visible")
    waits = re.findall(r"has waited ([\d.]+) days", page.locator("#panel-quotes").inner_text())
    assert len(waits) > 3
    assert [float(one) for one in waits] == sorted(map(float, waits), reverse=True)
    assert float(waits[0]) > 30
    every = int(page.locator("#panel-facts").inner_text().split()[0].replace(",", ""))
    page.evaluate("location.hash = 'waiting=recent'")
    page.wait_for_function(f"parseInt(document.querySelector('#panel-facts').textContent) < {every}")
    late = re.findall(r"has waited ([\d.]+) days", page.locator("#panel-quotes").inner_text())
    assert late
    assert max(map(float, late)) < 30


def test_a_mark_of_a_figure_opens_words_by_click_and_by_keys(shown):
    page = shown()
    plot = page.locator("#answered-by-want")
    plot.scroll_into_view_if_needed()
    plot.locator(".main-svg").first.wait_for()
    mark = plot.locator(".point").first.bounding_box()
    page.mouse.move(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    plot.locator(".hoverlayer .hovertext").first.wait_for()
    page.mouse.click(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    page.locator("#panel").wait_for(state="visible")
    assert "#want=" in page.url
    page.keyboard.press("Escape")
    plot.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#panel").wait_for(state="visible")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "answered-by-want"


OF_NO_MESSAGES = {"rivals", "welcome"}
"""Figures of other brands, whose messages the page does not hold, and of estimates."""


def test_every_figure_opens_words_by_keys(shown):
    page = shown()
    draw_all(page)
    plots = {plot.get_attribute("id"): plot for plot in page.locator("figure .plot").all()}
    walked = {name for name, plot in plots.items() if plot.get_attribute("tabindex") == "0"}
    assert set(plots) - walked <= OF_NO_MESSAGES
    assert len(walked) >= 8
    for name in sorted(walked):
        plots[name].focus()
        plots[name].locator(".main-svg").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.locator("#panel").wait_for(state="visible")
        assert page.locator("#panel-claim").inner_text().strip(), name
        quotes = page.locator("#panel blockquote").count()
        assert quotes or "few" in page.locator("#panel").inner_text(), name
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.id") == name
    assert page.complaints == []


def test_words_are_narrowed_by_a_second_key(shown):
    page = shown(anchor="#tagged=tagged")
    size = "Number(document.querySelector('#panel-quotes .quiet').textContent.replace(/\\D/g, ''))"
    page.locator("#panel").wait_for(state="visible")
    all_tagged = page.evaluate(size)
    page.evaluate("location.hash = 'topic=0&tagged=tagged'")
    page.wait_for_function(f"{size} !== {all_tagged}")
    assert 0 < page.evaluate(size) < all_tagged
    assert page.locator("#panel-claim").inner_text().endswith(", tagged")
    page.evaluate("location.hash = 'topic=0&tagged=nonsense'")
    page.locator("#panel").wait_for(state="hidden")


@pytest.fixture(scope="session")
def undated_file(tmp_path_factory):
    """The report of reviews that have stars, and neither dates nor names."""
    folder = tmp_path_factory.mktemp("undated")
    lines = [f"{1 + at % 5},The lid {'leaks' if at % 2 else 'is fine'} number {at}" for at in range(60)]
    (folder / "reviews.csv").write_text("\n".join(["stars,text", *lines]))
    archive = ins.read_archive(folder / "reviews.csv", key=folder / "key.txt")
    return ins.build_report(archive).save(folder / "page.html")


def test_a_file_without_dates_and_names_is_filtered_too(open_page, undated_file):
    page = open_page(undated_file)
    page.locator(READY).wait_for(state="attached")
    assert page.complaints == []
    whole = count_of(page)
    assert whole == [60, 60]
    choose(page, "Rating", "0")
    assert count_of(page)[1] < whole[1]
    assert page.locator("#brush").is_hidden()
    assert "changed" not in page.locator("#memo").inner_text()
    heads = page.locator("#problems-table thead th").all_inner_texts()
    assert "Answered in a day" not in heads, "a column without a value is not there"


def test_filters_need_no_mouse(shown):
    page = shown()
    whole = count_of(page)
    page.locator("#unfold").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == "by-channel":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("R")
    page.keyboard.press("Tab")
    assert "channel=Reddit" in page.url
    assert count_of(page)[0] < whole[0]
    page.locator("#undo").focus()
    page.keyboard.press("Enter")
    assert count_of(page) == whole


def test_the_appendix_is_closed_and_made_when_opened(shown):
    page = shown()
    late = page.locator("details.late")
    assert late.count() > 8
    assert page.locator("details.late[open]").count() == 0
    for number in (0, late.count() - 1):
        late.nth(number).locator("summary").first.click()
        late.nth(number).locator("table, .main-svg").first.wait_for()
    assert page.complaints == []


def test_dark_is_drawn_dark_and_the_button_changes_page_and_figures(shown):
    page = shown(colours="dark")
    draw_all(page)
    colour = "getComputedStyle(document.body).backgroundColor"
    text = "getComputedStyle(document.querySelector('.plot .xtick text')).fill"
    dark = page.evaluate(f"[{colour}, {text}]")
    page.locator("#theme").click()
    page.wait_for_function(f"{text} !== '{dark[1]}'")
    assert page.evaluate(colour) != dark[0]
    page.locator("#theme").click()
    page.wait_for_function(f"{text} === '{dark[1]}'")
    assert page.evaluate(colour) == dark[0]
    assert page.complaints == []


@pytest.mark.parametrize("width", [375, 1024])
def test_nothing_runs_off_the_side(shown, width):
    page = shown(width=width, height=800)
    draw_all(page)
    assert overflow(page) == 0
    page.locator("#unfold").click()
    assert overflow(page) == 0
    page.locator("#unfold").click()
    page.locator(".top a.opens").first.click()
    box = page.locator("#panel").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_print_is_on_light_paper_and_short(shown, tmp_path):
    page = shown(colours="dark")
    draw_all(page)
    pdf = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 8
    assert page.evaluate("document.documentElement.dataset.theme") is None
    page.emulate_media(media="print")
    assert page.locator("#bar").is_hidden()
    assert page.locator("#problems-heading").is_visible()


def test_without_scripts_the_memo_and_the_problems_are_there(browser, page_file):
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(page_file.as_uri())
    assert page.locator("#memo .top li").count() >= 1
    assert page.locator("#problems-table tbody tr").count() >= 2
    assert page.locator("#bar").is_hidden()
    context.close()


def test_a_finding_is_copied_with_its_definition(shown):
    page = shown()
    figure = page.locator("#figure-answered-by-want")
    figure.locator("summary").click()
    figure.get_by_role("button", name="Copy this finding").click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('waits that ended'))")
    assert figure.locator("figcaption").inner_text().split("\n")[0] in page.evaluate(
        "navigator.clipboard.readText()"
    )


def test_figures_are_saved_with_finding_and_source(shown):
    page = shown()
    figure = page.locator("#figure-answered-by-want")
    figure.scroll_into_view_if_needed()
    figure.locator("summary").click()
    for form, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        with page.expect_download() as saved:
            figure.get_by_role("button", name=form).click()
        assert saved.value.suggested_filename == f"answered-by-want.{form.lower()}"
        assert saved.value.path().read_bytes().startswith(start)
    text = saved.value.path().read_text(encoding="utf-8")
    assert "insight" in text
    assert "waits" in text


RUNS = (
    '=cmd|" /C calc"!A0', "+1+1", "-1+1", "@SUM(1+1)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1",
    "\u2060=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)", '"=1+1', "-", "=",
)  # fmt: skip
"""What a spreadsheet would run, or take for the begin of a formula, if a cell began with it."""
STAYS = ("-5", "+5", "-3.5\u00a0%", "1,204", "don't = do", "a -1")


def saved_rows(page, pressed):
    with page.expect_download() as saved:
        pressed.click()
    text = saved.value.path().read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_no_saved_cell_is_run_by_a_spreadsheet(open_page, page_report, tmp_path):
    words = (*RUNS, *STAYS)
    parts = []
    for part in page_report.page.sections:
        cells = [[word] * 5 for word in words]
        shown = [
            replace(one, table=replace(one.table, head=one.table.head[:1] * 5, rows=cells, opens=[]))
            if one.id == "answered-by-want"
            else one
            for one in part.shown
        ]
        parts.append(replace(part, shown=shown))
    hostile = replace(page_report, page=replace(page_report.page, sections=parts))
    page = open_page(hostile.save(tmp_path / "hostile.html"))
    page.locator(READY).wait_for(state="attached")
    figure = page.locator("#figure-answered-by-want")
    figure.locator("summary").click()
    table = saved_rows(page, figure.get_by_role("button", name="CSV"))[1:]
    assert len(table) == len(words)
    for word, row in zip(RUNS, table, strict=False):
        assert all(re.match("""['"]""", cell) for cell in row), (word, row)
    for word, row in zip(STAYS, table[len(RUNS) :], strict=True):
        assert set(row) == {word}
    assert page.complaints == []


def test_a_tour_by_keyboard_reaches_every_problem_in_sight(shown):
    page = shown()
    wanted = set(page.evaluate("[...document.querySelectorAll('main a.opens')].map(link => link.hash)"))
    reached, skips = set(), 0
    for _ in range(600):
        page.keyboard.press("Tab")
        name, place = page.evaluate("(({className, hash}) => [className, hash])(document.activeElement)")
        skips += name == "skip"
        if skips == 2:
            break
        if name == "opens":
            reached.add(place)
    assert wanted <= reached


@pytest.mark.parametrize(("colours", "width"), [("light", 1440), ("dark", 1440), ("light", 375)])
def test_axe_finds_no_serious_violation(shown, axe, colours, width):
    page = shown(colours=colours, width=width)
    draw_all(page)
    page.locator("#unfold").click()
    page.evaluate(
        "document.querySelectorAll('#memo details, figure details').forEach(one => { one.open = true })"
    )
    for opened in (False, True):
        if opened:
            page.locator("#unfold").click()
            page.locator(".top a.opens").first.click()
        found = page.evaluate(f"{axe}; axe.run()")
        serious = [
            (fault["id"], [node["target"] for node in fault["nodes"]][:3])
            for fault in found["violations"]
            if fault["impact"] in ("serious", "critical")
        ]
        assert serious == []


def test_a_hostile_archive_is_shown_as_text(open_page, hostile_file):
    assert hostile_file.stat().st_size < 8e6
    page = open_page(hostile_file)
    page.locator(READY).wait_for(state="attached")
    draw_all(page)
    assert page.title().startswith("</title><script>")
    page.evaluate("location.hash = 'messages=all'")
    page.locator("#panel").wait_for(state="visible")
    words = page.locator("#panel").inner_text()
    assert "kettle" in words
    assert max(len(text) for text in page.locator("#panel blockquote p").all_inner_texts()) < 1400
    page.locator("#close").click()
    page.locator("#unfold").click()
    assert page.evaluate("window.pwned") is None
    assert page.locator("img, svg[onload], main script").count() == 0
    assert page.evaluate("[...document.links].every(link => link.protocol === 'file:')")
    assert overflow(page) == 0
    assert page.complaints == []


@pytest.mark.real
def test_a_real_archive_opens_without_network_or_error(open_page, real_data, tmp_path):
    brands = {"Sprint": ["@sprintcare"], "Spectrum": ["@Ask_Spectrum"]}
    archive = ins.read_archive(
        real_data / "archives" / "twcs" / "twcs.csv", brands=brands, key=tmp_path / "key.txt"
    )
    page = open_page(ins.build_report(archive).save(tmp_path / "twcs.html"))
    page.locator(READY).wait_for(state="attached")
    assert draw_all(page) >= 3
    assert page.complaints == []
    assert overflow(page) == 0


def test_inside_a_notebook_a_link_opens_peoples_words_and_not_the_notebook(open_page, page_report, tmp_path):
    (tmp_path / "cell.html").write_text(f"<!doctype html><title>cell</title>{page_report._repr_html_()}")
    page = open_page(tmp_path / "cell.html")
    inside = page.frame_locator("iframe")
    inside.locator(READY).wait_for(state="attached")
    for _ in range(2):
        inside.locator(".top a.opens").first.click()
        inside.locator("#panel blockquote").first.wait_for()
        page.keyboard.press("Escape")
        inside.locator("#panel").wait_for(state="hidden")
    inside.locator("nav a", has_text="Replies").click()
    assert inside.locator("#replies-heading").is_visible()
    assert page.url.endswith("cell.html")
    assert page.complaints == []
