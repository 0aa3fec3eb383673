"""A name that is no person's leaves a message without an author, and the import says so."""

from __future__ import annotations

import pandas as pd
import pytest

import insight as ins
from insight.archives.placeholders import is_placeholder, placeholder_authors
from insight.mentions import as_mentions

HEADER = "reviewId,userName,content,score,at\n"


@pytest.mark.parametrize(
    "name",
    ["A Google user", "Ein Google-Nutzer", "Utilisateur Google", "Un usuario de Google", "Google 사용자",
     "Um usuario do Google", "amazon customer", "Kindle  Customer", "Anonymous", "(anonymous)", "Guest",
     "Deleted User", "[deleted]", "Unknown", "N/A", "-", "—", "null", "deleted_user_1a2b3c", "Guest 4821",
     "匿名", "App Store user", "Ein Facebook-Nutzer", "[удалено]"],
)  # fmt: skip
def test_placeholders(name):
    assert is_placeholder(name)


@pytest.mark.parametrize(
    "name", ["", "Ann", "Guest House", "Anon42", "A. Null", "Google", "ann-lee", "0", "李"]
)
def test_names(name):
    assert not is_placeholder(name)


def test_reviews_signed_by_the_store_have_no_author(load):
    names = [f"Kim {n}" if n % 3 == 0 else "A Google user" for n in range(1, 10)]
    rows = [f"r{n},{name},Works well,4,2024-06-0{n} 02:15:19\n" for n, name in enumerate(names, start=1)]
    archive = load(HEADER + "".join(rows), "reviews.csv")
    assert archive.mentions["author_id"].isna().sum() == 6
    assert archive.report.n_authors == 3
    assert archive.report.files["n_placeholders"].tolist() == [6]
    assert any("'A Google user'" in note and "6 messages" in note for note in archive.report.notes)
    assert placeholder_authors(archive.mentions).sum() == 6


def test_two_of_them_with_the_same_words_at_the_same_time_are_two(load):
    rows = "author,created_at,text\n" + "Anonymous,2024-06-01T10:00:00Z,Works well\n" * 2
    assert len(load(rows).mentions) == 2


def test_an_account_with_an_id_stays_and_so_does_a_handle_of_a_network(load):
    table = (
        "id,author_id,author_name,platform,created_at,text\n1,77,Guest,web,2024-06-01T10:00:00Z,a\n"
        "2,unknown,unknown,x,2024-06-01T10:00:00Z,b\n"
    )
    assert load(table).mentions["author_id"].notna().all()


def test_a_brand_may_have_any_name(load):
    table = "author,created_at,text\nGuest,2024-06-01T10:00:00Z,Welcome\n"
    mentions = load(table, brands={"Guest": ["@guest"]}).mentions
    assert mentions["side"].tolist() == ["brand"]
    assert mentions["author_id"].notna().all()


def test_a_name_with_two_reviews_of_one_thing_is_shared():
    """Google Play keeps one review an account, Trustpilot one an order."""
    table = pd.DataFrame({
        "mention_id": [f"m:{n}" for n in range(7)],
        "author_id": ["john", "john", "ann", "john", "kim", "kim", None],
        "channel": ["lamp", "lamp", "lamp", "kettle", "lamp", "lamp", "lamp"],
        "platform": ["google_play"] * 4 + ["trustpilot"] * 2 + ["google_play"],
        "kind": "review",
    })  # fmt: skip
    expected = [True, True, False, True, False, False, False]
    assert placeholder_authors(as_mentions(table)).tolist() == expected


def test_any_order_of_rows_and_no_rows():
    rows = {"mention_id": ["a", "b"], "author_id": ["u", "u"], "kind": "review", "platform": "amazon"}
    table = as_mentions(pd.DataFrame(rows))
    assert placeholder_authors(table[::-1]).tolist() == [True, True]
    assert placeholder_authors(table.iloc[:0]).tolist() == []


@pytest.mark.real
def test_the_case_of_the_google_user(read, real_data):
    archive = read(real_data / "cases/05-google_user.csv")
    assert archive.mentions["author_id"].isna().sum() == 216
    assert archive.report.n_authors == 24
    assert ins.mentions.check_mentions(archive.mentions) is archive.mentions
