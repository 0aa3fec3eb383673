"""Months that the archive does not cover whole are faded where the browser draws the figure itself."""

import pandas as pd
import pytest

import insight as ins


@pytest.fixture(scope="module")
def rated_file(tmp_path_factory):
    """Two hundred people rate from the first of January to the tenth of April."""
    folder = tmp_path_factory.mktemp("rated")
    days = pd.date_range("2025-01-01", "2025-04-10 12:00", periods=200)
    rows = {
        "id": [f"r{n}" for n in range(200)],
        "author": [f"p{n}" for n in range(200)],
        "created_at": days.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "text": [f"The {('lid', 'hinge', 'seal')[n % 3]} leaks on mug {n}" for n in range(200)],
        "rating": [1 + n % 5 for n in range(200)],
    }
    pd.DataFrame(rows).to_csv(folder / "mugs.csv", index=False)
    archive = ins.read_archive(folder / "mugs.csv", key=folder / "key.txt")
    return ins.build_report(archive).save(folder / "page.html")


def test_ratings_of_a_month_that_is_cut_are_faded(open_page, rated_file):
    page = open_page(rated_file)
    plot = '#changes figure[data-shown="ratings"] .plot'
    page.locator(plot).scroll_into_view_if_needed()
    page.locator(f"{plot} .main-svg").first.wait_for()
    trace = page.evaluate(f"""(() => {{
        const [{{ x, marker, hovertemplate }}] = document.querySelector('{plot}').data;
        return [x, marker.opacity, hovertemplate];
    }})()""")
    months, opacity, hover = trace
    assert [month[:7] for month in months] == ["2025-01", "2025-02", "2025-03", "2025-04"]
    assert opacity == [1, 1, 1, 0.4]
    assert [", not complete<" in words for words in hover] == [False, False, False, True]
    assert page.complaints == []
