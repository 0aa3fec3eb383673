import copy
import csv
import io
import re
from dataclasses import replace

import pytest

import insight as ins

SECTIONS = ("file", "needs", "topics", "responses", "retention", "leaving", "newcomers", "next", "how")


def draw_all(page):
    """Scroll through the page as a reader would, so that every figure is drawn."""
    plots = page.locator(".plot")
    for number in range(plots.count()):
        plots.nth(number).scroll_into_view_if_needed()
        plots.nth(number).locator(".main-svg").first.wait_for()
    return plots.count()


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_the_page_needs_no_network_and_makes_no_error(open_page, page_file):
    page = open_page(page_file)
    assert draw_all(page) >= 5
    assert page.complaints == []
    for name in SECTIONS:
        assert page.locator(f"#{name} h2").first.inner_text()


def test_every_figure_draws_marks_and_has_table_definition_and_sentence(open_page, page_file):
    page = open_page(page_file)
    draw_all(page)
    for figure in page.locator("figure").all():
        assert figure.locator("figcaption").inner_text().strip()
        assert figure.locator(".plot").get_attribute("aria-label")
        assert figure.locator(".plot .trace, .plot .point, .plot .bars, .plot .hm").count() > 0
        assert figure.locator("summary").all_inner_texts() == ["Table", "Definition"]
        figure.locator("summary").first.click()
        assert figure.locator("td").first.is_visible()


def test_the_first_screen_holds_the_six_answers(open_page, page_file):
    page = open_page(page_file)
    answers = page.locator(".answers > li")
    assert answers.count() == 6
    for number in range(6):
        box = answers.nth(number).bounding_box()
        assert box["y"] + box["height"] <= 900


def test_click_opens_peoples_words_and_escape_gives_the_focus_back(open_page, page_file):
    page = open_page(page_file)
    link = page.locator(".needs a.opens").first
    link.click()
    panel = page.locator("#panel")
    assert panel.is_visible()
    assert page.locator("#panel-claim").inner_text().split(":")[0] == link.inner_text().split(":")[0]
    assert panel.locator("blockquote").count() > 0
    assert panel.locator("mark").count() > 0
    assert page.url.endswith("#need-1")
    page.keyboard.press("Escape")
    assert panel.is_hidden()
    assert link.evaluate("link => link === document.activeElement")
    assert "#" not in page.url


def test_enter_opens_and_escape_closes_without_a_mouse(open_page, page_file):
    page = open_page(page_file)
    page.locator(".needs a.opens").nth(1).focus()
    page.keyboard.press("Enter")
    page.locator("#panel").wait_for(state="visible")
    assert page.evaluate("document.activeElement.id") == "panel-claim"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.hash") == "#need-2"


def test_a_mark_of_a_figure_opens_its_evidence(open_page, page_file):
    page = open_page(page_file)
    plot = page.locator("#needs-figure")
    plot.scroll_into_view_if_needed()
    plot.locator(".main-svg").first.wait_for()
    mark = plot.locator(".point").first.bounding_box()
    page.mouse.move(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    page.mouse.click(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    page.locator("#panel").wait_for(state="visible")
    assert "#need-" in page.url


def test_the_address_opens_what_it_names(open_page, page_file):
    page = open_page(page_file, anchor="#need-2")
    page.locator("#panel").wait_for(state="visible")
    claim = page.locator('.needs a.opens[href="#need-2"]').inner_text().replace("\u2060", "")
    assert page.locator("#panel-claim").inner_text() == claim
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.hash") == "#need-2"


@pytest.mark.parametrize("anchor", ["#need-999", "#constructor", '#"]', "#%E0%A4%A"])
def test_an_address_that_names_nothing_opens_nothing(open_page, page_file, anchor):
    page = open_page(page_file, anchor=anchor)
    assert page.locator("#panel").is_hidden()
    assert page.complaints == []


def test_dark_is_drawn_dark_and_the_button_changes_page_and_figures(open_page, page_file):
    page = open_page(page_file, colours="dark")
    draw_all(page)
    colour = "getComputedStyle(document.body).backgroundColor"
    text = "getComputedStyle(document.querySelector('.plot .xtick text')).fill"
    dark = page.evaluate(f"[{colour}, {text}]")
    page.locator("#theme").click()
    page.wait_for_function(f"{text} !== '{dark[1]}'")
    light = page.evaluate(f"[{colour}, {text}]")
    assert light[0] != dark[0]
    page.locator("#theme").click()
    page.wait_for_function(f"{text} === '{dark[1]}'")
    assert page.evaluate(colour) == dark[0]
    assert page.complaints == []


@pytest.mark.parametrize("width", [375, 820, 1280])
def test_nothing_runs_off_the_side(open_page, page_file, width):
    page = open_page(page_file, width=width, height=800)
    draw_all(page)
    assert overflow(page) == 0
    page.locator(".needs a.opens").first.click()
    box = page.locator("#panel").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


RUNS_OUT = """plot => {
  const frame = plot.getBoundingClientRect();
  return [...plot.querySelectorAll(".main-svg text")].filter((text) => {
    const box = text.getBoundingClientRect();
    const across = box.left < frame.left - 1 || box.right > frame.right + 1;
    return text.textContent.trim() && (across || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
  }).map((text) => text.textContent);
}"""


@pytest.mark.parametrize("width", [375, 1440])
def test_no_word_of_a_figure_is_cut(open_page, page_file, width):
    page = open_page(page_file, width=width, height=800)
    draw_all(page)
    cut = {plot.get_attribute("id"): plot.evaluate(RUNS_OUT) for plot in page.locator(".plot").all()}
    assert {name: words for name, words in cut.items() if words} == {}


LEGENDS: set[str] = set()
"""Figures of the page that need a legend: none does."""


@pytest.mark.parametrize("width", [375, 1440])
def test_five_series_or_fewer_are_named_where_they_are_drawn(open_page, page_file, width):
    page = open_page(page_file, width=width, height=800)
    draw_all(page)
    told = "plot => [plot.id, plot.data.filter((trace) => trace.name && trace.mode !== 'text').length]"
    few = {name for name, n in (plot.evaluate(told) for plot in page.locator(".plot").all()) if n <= 5}
    legends = {plot.get_attribute("id") for plot in page.locator(".plot:has(.legend .traces)").all()}
    assert legends & few == LEGENDS


def test_print_draws_every_figure_on_light_paper(open_page, page_file):
    page = open_page(page_file, colours="dark")
    assert len(page.pdf()) > 50_000
    assert page.locator(".plot:not([data-drawn])").count() == 0
    assert page.evaluate("document.documentElement.dataset.theme") is None


def test_without_scripts_the_words_and_tables_are_there(browser, page_file):
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(page_file.as_uri())
    assert page.locator(".answers > li").count() == 6
    page.locator("figure summary").first.click()
    assert page.locator("figure td").first.is_visible()
    context.close()


def plain(text):
    return text.replace("\u2060", "")


def table_of(page, figure):
    rows = f"[...document.querySelectorAll('figure:has(#{figure}) tr')]"
    return page.evaluate(f"{rows}.map(row => [...row.cells].map(cell => cell.textContent))")[1:]


def test_each_slice_shows_the_numbers_reckoned_for_it(open_page, page_report, page_file):
    page = open_page(page_file)
    slices = page_report.facts["slices"]
    assert {cut["kind"] for cut in slices} >= {"Channel", "To whom", "Period"}
    assert page.locator("#show option").count() == len(slices) + 1
    whole = {figure["id"]: table_of(page, figure["id"]) for figure in drawn_of(page_report.facts)}
    for cut in slices:
        page.locator("#show").select_option(cut["name"])
        page.locator("#showing-words").filter(has_text=cut["size"]).wait_for()
        assert f"show={cut['name']}" in page.url
        leads = [plain(lead) for lead in page.locator(".answers .lead").all_inner_texts()]
        assert leads == [answer["lead"] for answer in cut["answers"] if answer["lead"]]
        for figure in drawn_of(cut):
            assert table_of(page, figure["id"]) == figure["table"]["rows"], (cut["name"], figure["id"])
        assert page.locator("section[data-part] figure").count() == len(drawn_of(cut))
        assert page.locator("section[data-part]:not(#next)").count() == len(cut["sections"])
        for room in cut["sections"]:
            heading = plain(page.locator(f"#{room['id']}-heading").inner_text())
            assert " ".join(heading.split()) == " ".join(room["heading"].split())
    page.locator("#show-all").click()
    page.locator("#showing").wait_for(state="hidden")
    assert "show=" not in page.url
    assert {name: table_of(page, name) for name in whole} == whole
    assert page.complaints == []


def drawn_of(told):
    return [figure for room in told["sections"] if room["id"] != "file" for figure in room["figures"]]


def test_a_slice_draws_its_figures_and_its_words(open_page, page_report, page_file):
    cut = next(cut for cut in page_report.facts["slices"] if cut["kind"] == "Channel")
    need = cut["needs"][0]["id"]
    page = open_page(page_file, anchor=f"?show={cut['name']}#{need}")
    page.locator("#panel").wait_for(state="visible")
    assert plain(page.locator("#panel-claim").inner_text()) == cut["evidence"][need]["claim"]
    quotes = page.locator("#panel blockquote footer").all_inner_texts()
    assert quotes
    assert all(cut["label"] in source for source in quotes)
    page.keyboard.press("Escape")
    assert page.url.endswith(f"?show={cut['name']}")
    draw_all(page)
    data = "document.getElementById('needs-figure').data[0].customdata.length"
    drawn = next(figure for figure in drawn_of(cut) if figure["id"] == "needs-figure")
    assert page.evaluate(data) == len(drawn["plot"]["data"][0]["customdata"])
    assert overflow(page) == 0
    assert page.complaints == []


def test_a_slice_that_does_not_exist_shows_everything(open_page, page_file):
    page = open_page(page_file, anchor="?show=%22%3E%3Cb%3E")
    assert page.locator("#showing").is_hidden()
    assert page.complaints == []


def test_search_finds_words_marks_them_and_leads_to_the_need(open_page, page_file):
    page = open_page(page_file)
    page.locator("#words").focus()
    page.keyboard.type("refund")
    page.locator("#panel").wait_for(state="visible")
    hits = page.locator("#panel blockquote")
    assert hits.count() > 0
    assert all("refund" in text.lower() for text in hits.locator("p").all_inner_texts())
    assert {text.lower() for text in hits.locator("mark").all_inner_texts()} == {"refund"}
    assert page.evaluate("document.activeElement.id") == "words"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'panel-claim'")
    assert "of" in page.locator("#panel-claim").inner_text()
    hits.first.locator("a").click()
    page.wait_for_function("location.hash.length > 1")
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()


@pytest.mark.parametrize("words", ["((((", "[a-", "<img src=x onerror=alert(1)>", "zzzzzz"])
def test_search_takes_any_words_as_words(open_page, page_file, words):
    page = open_page(page_file)
    page.locator("#words").fill(words)
    page.locator("#panel").wait_for(state="visible")
    assert page.locator("#panel-claim").inner_text().startswith(f"“{words}”: 0 of")
    assert page.complaints == []


def test_a_finding_is_copied_with_number_interval_definition_and_source(open_page, page_file):
    page = open_page(page_file)
    page.locator("figure").first.get_by_role("button", name="Copy this finding").click()
    page.get_by_text("Copied", exact=True).first.wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    figure = page.locator("figure").first
    assert figure.locator(".plot").get_attribute("aria-label") in text
    assert figure.locator("details p").last.text_content() in text
    assert f"From “{page.title()}”: " in text
    assert page.locator(".honesty").inner_text() in text
    page.locator(".answers > li").nth(3).get_by_role("button").click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('Who is waiting'))")
    assert plain(page.locator(".answers .lead").nth(3).inner_text()) in page.evaluate(
        "navigator.clipboard.readText()"
    )


def test_tables_figures_and_evidence_are_saved(open_page, page_report, page_file):
    page = open_page(page_file)
    figure = page.locator("figure").filter(has=page.locator("#needs-figure"))
    with page.expect_download() as saved:
        figure.get_by_role("button", name="CSV").click()
    rows = list(csv.reader(saved.value.path().read_text(encoding="utf-8-sig").splitlines()))
    drawn = next(one for one in drawn_of(page_report.facts) if one["id"] == "needs-figure")
    assert rows[1:] == drawn["table"]["rows"]
    for form, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        with page.expect_download() as saved:
            figure.get_by_role("button", name=form).click()
        assert saved.value.suggested_filename == f"needs-figure.{form.lower()}"
        assert saved.value.path().read_bytes().startswith(start)
    page.locator(".needs a.opens").first.click()
    with page.expect_download() as saved:
        page.locator("#panel-tools").get_by_role("button", name="CSV").click()
    held = list(csv.reader(io.StringIO(saved.value.path().read_bytes().decode("utf-8-sig"), newline="")))
    entry = page_report.facts["evidence"]["need-1"]
    assert len(held) - 1 == sum(len(group["quotes"]) for group in entry["groups"]) + len(entry["rest"])
    assert page.complaints == []


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
    facts = copy.deepcopy(page_report.facts)
    needs = next(room for room in facts["sections"] if room["id"] == "needs")["figures"][0]
    head = needs["table"]["head"]
    needs["table"] |= {"rows": [[words] * len(head) for words in (*RUNS, *STAYS)], "opens": [""] * 22}
    entry = facts["evidence"]["need-1"]
    entry["rest"] = [
        {"parts": [[words, 0]], "source": words, "reason": words, "note": words} for words in (*RUNS, *STAYS)
    ]
    page = open_page(replace(page_report, facts=facts).save(tmp_path / "hostile.html"))
    figure = page.locator("figure").filter(has=page.locator("#needs-figure"))
    table = saved_rows(page, figure.get_by_role("button", name="CSV"))[1:]
    page.locator('.needs a.opens[href="#need-1"]').click()
    quotes = saved_rows(page, page.locator("#panel-tools").get_by_role("button", name="CSV"))
    kept = [row[1:] for row in quotes if row[0].startswith("More")]
    assert len(table) == len(kept) == len(RUNS) + len(STAYS)
    for rows in (table, kept):
        for words, row in zip(RUNS, rows, strict=False):
            assert all(re.match("""['"]""", cell) for cell in row), (words, row)
        for words, row in zip(STAYS, rows[len(RUNS) :], strict=True):
            assert set(row) == {words}
    assert page.complaints == []


def test_a_cell_of_the_cohorts_opens_the_first_words_of_their_people(open_page, page_report, page_file):
    page = open_page(page_file)
    plot = page.locator("#retention-figure")
    plot.scroll_into_view_if_needed()
    plot.locator(".main-svg").first.wait_for()
    key = next(key for key in page_report.facts["evidence"] if key.startswith("cohort-"))
    area = plot.locator(".hm image").first.bounding_box()
    drawn = next(figure for figure in drawn_of(page_report.facts) if figure["id"] == "retention-figure")
    rows = [cells[0] for cells in drawn["plot"]["data"][0]["customdata"]]
    down = area["y"] + area["height"] * (rows.index(key) + 0.5) / len(rows)
    page.mouse.move(area["x"] + 10, down)
    page.mouse.click(area["x"] + 10, down)
    page.locator("#panel").wait_for(state="visible")
    assert page.url.endswith(f"#{key}")
    assert plain(page.locator("#panel-claim").inner_text()) == page_report.facts["evidence"][key]["claim"]
    page.keyboard.press("Escape")
    page.locator("summary", has_text="Newcomers, and their first words").click()
    page.locator(f'#retention a.opens[href="#{key}"]').click()
    assert page.locator("#panel blockquote").count() >= 1


def test_a_figure_is_walked_with_the_arrow_keys(open_page, page_file):
    page = open_page(page_file)
    plot = page.locator("#needs-figure")
    plot.scroll_into_view_if_needed()
    plot.locator(".main-svg").first.wait_for()
    plot.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    told = page.locator("#said").inner_text()
    page.keyboard.press("Enter")
    page.locator("#panel").wait_for(state="visible")
    assert plain(page.locator("#panel-claim").inner_text()) == plain(told)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "needs-figure"


def test_a_tour_by_keyboard_reaches_every_quote(open_page, page_report, page_file):
    page = open_page(page_file)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    reached, skips = set(), 0
    for _ in range(3000):
        page.keyboard.press("Tab")
        name, place = page.evaluate("(({className, hash}) => [className, hash])(document.activeElement)")
        skips += name == "skip"
        if skips == 2:
            break
        if name == "opens":
            reached.add(place.removeprefix("#"))
    assert skips == 2
    assert reached == set(page_report.facts["evidence"])


@pytest.mark.parametrize(("colours", "width"), [("light", 1440), ("dark", 1440), ("light", 375)])
def test_axe_finds_no_serious_violation(open_page, page_file, axe, colours, width):
    page = open_page(page_file, colours=colours, width=width)
    draw_all(page)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    for opened in (False, True):
        if opened:
            page.locator(".needs a.opens").first.click()
        found = page.evaluate(f"{axe}; axe.run()")
        serious = [
            (fault["id"], [node["target"] for node in fault["nodes"]][:3])
            for fault in found["violations"]
            if fault["impact"] in ("serious", "critical")
        ]
        assert serious == []


def test_the_printed_page_has_every_section(open_page, page_report, page_file, tmp_path):
    page = open_page(page_file)
    page.pdf(path=tmp_path / "page.pdf")
    page.emulate_media(media="print")
    for room in page_report.facts["sections"]:
        heading = page.locator(f"#{room['id']} h2").first
        assert heading.is_visible()
        assert plain(heading.inner_text()) == room["heading"]
    assert page.locator(".plot .main-svg").count() >= 5
    assert page.locator("nav").is_hidden()


def test_a_hostile_archive_is_shown_as_text(open_page, hostile_file):
    assert hostile_file.stat().st_size < 8e6
    page = open_page(hostile_file)
    draw_all(page)
    assert page.title().startswith("</title><script>")
    links = page.locator("a.opens")
    assert links.count() > 0
    links.first.click()
    words = page.locator("#panel").inner_text()
    assert "kettle" in words
    assert not set(words) & set("\u202e\u2066")
    assert max(len(text) for text in page.locator("#panel blockquote p").all_inner_texts()) < 700
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
    assert draw_all(page) >= 5
    assert page.complaints == []
    assert overflow(page) == 0
    page.locator(".needs a.opens").first.click()
    assert page.locator("#panel blockquote").count() > 0


def test_inside_a_notebook_a_link_opens_peoples_words_and_not_the_notebook(open_page, page_report, tmp_path):
    (tmp_path / "cell.html").write_text(f"<!doctype html><title>cell</title>{page_report._repr_html_()}")
    page = open_page(tmp_path / "cell.html")
    inside = page.frame_locator("iframe")
    assert inside.locator(".answers > li").count() == 6
    for _ in range(2):
        inside.locator(".needs a.opens").first.click()
        inside.locator("#panel blockquote").first.wait_for()
        page.keyboard.press("Escape")
        inside.locator("#panel").wait_for(state="hidden")
    inside.locator("nav a", has_text="Retention").click()
    assert inside.locator("#retention-heading").is_visible()
    assert page.url.endswith("cell.html")
    assert page.complaints == []
