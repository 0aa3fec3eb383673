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


def test_a_hostile_archive_is_shown_as_text(open_page, hostile_file):
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
