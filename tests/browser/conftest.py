"""Pages opened in Chromium with the network off; what they ask for and complain about is written down."""

import os
from pathlib import Path

import pytest

import insight as ins
from tests.simulate import simulate_archive


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser(chromium):
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing = pytest.fail if os.environ.get("INSIGHT_REQUIRE_ALL") == "1" else pytest.skip
        missing("playwright is missing: run `.venv/bin/pip install -c requirements.lock playwright`")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def make_report(tmp_path_factory):
    """Build the report of an invented archive of some size."""

    def build(**size):
        folder = tmp_path_factory.mktemp("exports")
        simulate_archive(folder / "exports", **size)
        brands = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}
        archive = ins.read_archive(folder / "exports", brands=brands, key=folder / "key.txt")
        return ins.build_report(archive)

    return build


@pytest.fixture(scope="session")
def page_report(make_report):
    """The report of a small invented archive."""
    return make_report(n_people=120, n_months=5)


@pytest.fixture(scope="session")
def page_file(page_report, tmp_path_factory):
    """That report as a file."""
    return page_report.save(tmp_path_factory.mktemp("page") / "page.html")


HOSTILE = (
    "<script>window.pwned = 1</script> my kettle leaks",
    '<img src=x onerror="window.pwned = 2"> the kettle leaks again',
    "</script><script>window.pwned = 3</script> kettle leaks everywhere",
    '"><svg onload=window.pwned=4> why does my kettle leak',
    "javascript:window.pwned=5 my kettle leaks and nobody answers",
    "{{ 7 * 7 }} {% raw %} the kettle leaks ${window.pwned = 6}",
    "my kettle \u202eskael\u202c still \u2066broken",
    "<!--<script> the kettle leaks --> & &lt;b&gt;",
    "my kettle leaks " + "very " * 4000 + "badly",
    "x" * 3000 + " my kettle leaks",
    '=cmd|" /C calc"!A0 my kettle leaks',
    "+1+1 @SUM(1+1) the kettle leaks",
    "my \u202ekettle\u202c leaks " + "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 40,
)
LONG = "my kettle leaks and leaks " * 400_000
"""Ten megabytes by one person."""


@pytest.fixture(scope="session")
def hostile_file(tmp_path_factory):
    """The report of an archive whose every text, name, channel and file name tries to break out."""
    folder = tmp_path_factory.mktemp("hostile")
    rows = [
        {
            "id": f"{number}",
            "author": f"<b>{number % 20}</b>",
            "created_at": f"2026-03-{1 + number % 28:02d}T10:00:00Z",
            "text": LONG if number == 77 else f"{HOSTILE[number % len(HOSTILE)]} {number}",
            "channel": "<img src=x onerror=window.pwned=7>" if number % 2 else "</script><b>",
        }
        for number in range(156)
    ]
    import pandas as pd

    path = folder / "<img src=x onerror=window.pwned=8>.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    archive = ins.read_archive(path, key=folder / "key.txt")
    return ins.build_report(archive, title="</title><script>window.pwned = 9</script>").save(
        folder / "hostile.html"
    )


@pytest.fixture(scope="session")
def axe(chromium):
    """The source of axe-core, which finds what shuts people out."""
    package = pytest.importorskip if os.environ.get("INSIGHT_REQUIRE_ALL") != "1" else __import__
    found = package("axe_playwright_python")
    return (Path(found.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def open_page(browser):
    """Open a file; `page.complaints` lists requests that leave it and errors of the console."""
    contexts = []

    def open_file(path, *, width=1440, height=900, colours="light", anchor=""):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=colours, offline=True
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("request", lambda ask: _note(page, ask.url))
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(path.as_uri() + anchor)
        return page

    yield open_file
    for context in contexts:
        context.close()


def _note(page, url):
    if not url.startswith(("file:", "data:", "blob:")):
        page.complaints.append(url)
