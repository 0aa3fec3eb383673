"""The values that a file must give, for each kind of file that once went wrong.

The invented files are in this module; those marked `real` are read from `cases` under INSIGHT_REAL_DATA.
"""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import io
import json

import pandas as pd
import pytest
from openpyxl import Workbook

from insight.archives.dates.parse_times import parse_times
from insight.archives.inference.propose import propose_map
from insight.mentions import InsightError, check_mentions

DAYS = ("2025-03-03", "2025-03-14", "2025-04-02")
FORMS = {
    "the store": ("Reviewed in Canada on March 3, 2025", "Reviewed in Canada on March 14, 2025", "Reviewed in Canada on April 2, 2025"),
    "German store": ("Bewertet in Deutschland am 3. März 2025", "Bewertet in Deutschland am 14. März 2025", "Bewertet in Deutschland am 2. April 2025"),
    "Japanese store": ("2025年3月3日に日本でレビュー済み", "2025年3月14日に日本でレビュー済み", "2025年4月2日に日本でレビュー済み"),
    "Spanish": ("3 de marzo de 2025", "14 de marzo de 2025", "2 de abril de 2025"),
    "Portuguese": ("3 de mar. de 2025", "14 de mar. de 2025", "2 de abr. de 2025"),
    "Dutch": ("3 maart 2025", "14 maart 2025", "2 april 2025"),
    "Polish": ("3 marca 2025", "14 marca 2025", "2 kwietnia 2025"),
    "Russian": ("3 марта 2025 г.", "14 марта 2025 г.", "2 апреля 2025 г."),
    "Korean": ("2025. 3. 3. 오후 3:22", "2025. 3. 14. 오전 3:22", "2025. 4. 2. 오후 1:00"),
    "Thai": ("3 มี.ค. 2568", "14 มี.ค. 2568", "2 เม.ย. 2568"),
    "Reiwa": ("令和7年3月3日", "令和7年3月14日", "令和7年4月2日"),
    "ordinals": ("March 3rd, 2025", "March 14th, 2025", "April 2nd, 2025"),
    "weekdays": ("Monday, March 3, 2025 at 9:14 AM", "Friday, March 14, 2025 at 3:22 PM", "Wednesday, April 2, 2025 at 8:00 AM"),
    "mail": ("Mon, 03 Mar 2025 09:14:22 +0100", "Fri, 14 Mar 2025 15:22:10 +0100", "Wed, 02 Apr 2025 08:00:00 +0200"),
    "C": ("Mon Mar  3 09:14:22 2025", "Fri Mar 14 15:22:10 2025", "Wed Apr  2 08:00:00 2025"),
    "server log": ("03/Mar/2025:09:14:22 +0100", "14/Mar/2025:15:22:10 +0100", "02/Apr/2025:08:00:00 +0200"),
    "zone letters": ("2025-03-03 09:14:22 EST", "2025-03-14 15:22:10 EDT", "2025-04-02 08:00:00 EDT"),
    "JSON of .NET": ("/Date(1740993262000)/", "/Date(1741965730000)/", "/Date(1743580800000)/"),
    "spreadsheet": ("45719", "45730.64", "45749.3"),
    "SAS": ("03MAR2025", "14MAR2025", "02APR2025"),
    "compact": ("20250303T091422Z", "20250314T152210Z", "20250402T080000Z"),
    "nanoseconds": ("1740993262000000000", "1741965730000000000", "1743580800000000000"),
    "American": ("3/3/2025 9:14 AM", "3/14/2025 3:22 PM", "4/2/2025 8:00 AM"),
    "British": ("03/03/2025 09:14", "14/03/2025 15:22", "02/04/2025 08:00"),
}  # fmt: skip


def table(columns, *, sep=","):
    return pd.DataFrame(columns).to_csv(index=False, sep=sep)


@pytest.mark.parametrize("form", FORMS)
def test_dates_in_every_form(load, form):
    archive = load(table({
        "id": ["a1", "a2", "a3"], "author": ["kim", "ola", "kim"], "date": FORMS[form],
        "text": [f"The kettle leaks again, number {n}" for n in range(3)],
    }))  # fmt: skip
    assert tuple(archive.mentions["created_at"].dt.strftime("%Y-%m-%d")) == DAYS
    assert (archive.mentions["time_precision"] == "day").all() == (
        ":" not in FORMS[form][0] and form not in ("spreadsheet", "nanoseconds", "compact", "JSON of .NET")
    )


def test_ages_have_no_better_precision_than_their_unit(load):
    archive = load(table({
        "id": ["a1", "a2", "a3"], "user": ["kim", "ola", "kim"], "when": ["2 years ago", "vor 3 Tagen", "il y a 5 mois (modifié)"],
        "comment": ["It leaks at the lid again", "Der Deckel klemmt seit gestern", "Le couvercle est cassé depuis"],
    }))  # fmt: skip
    assert (archive.mentions["time_precision"] == "relative").all()
    assert archive.mentions["created_at"].notna().all()
    assert any("ages" in note for note in archive.report.notes)


@pytest.mark.parametrize(
    ("values", "habit", "expected", "warned"),
    [
        (["03/04/2025", "13/04/2025"], None, True, False),
        (["03/04/2025", "04/13/2025"], None, False, False),
        (["03.04.2025"], None, True, False),
        (["03/04/2025"], (True, "the texts are in German?"), True, True),
        (["03/04/2025 9:14 PM"], None, False, True),
        ([f"{day:02d}/05/2025" for day in range(1, 13)], None, True, True),
        (["03/04/2025"], None, None, True),
    ],
)
def test_day_and_month_are_decided_over_the_column(values, habit, expected, warned):
    times = parse_times(values, habit=habit)
    assert times.day_first is expected
    assert bool(times.warnings) is warned
    assert times.unclear.any() == (expected is None)


def test_a_zone_in_letters_is_said_to_be_an_assumption():
    times = parse_times(["2025-03-03 09:14:22 EST"])
    assert str(times.moments[0]) == "2025-03-03T14:14:22.000000"
    assert any("EST is read as UTC-05:00" in warning for warning in times.warnings)


def test_another_column_of_dates_decides_and_a_clock_beside_the_day_is_read(load, rows):
    n = range(12)
    text = table({
        "Case #": [500 + i for i in n], "Complaint": [f"The refund {i} never came to my account" for i in n],
        "Day": [f"{1 + i:02d}-06-2024" for i in n], "Nice day": [f"{1 + i:02d}-Jun-24" for i in n],
        "Time": [f"{1 + i:02d}:00:22 PM" for i in n], "State": ["Open"] * 12,
    })  # fmt: skip
    archive = load(text)
    assert rows(archive, "created_at")[0] == (pd.Timestamp("2024-06-01 13:00:22", tz="UTC"),)
    assert archive.report.n_authors == 0
    assert any("no column names the writers" in note for note in archive.report.notes)


def test_optional_keys_are_the_rule_and_the_top_level_comes_first(load, rows):
    issues = [
        {"id": 90 + n, "title": "Lid", "user": {"login": who, "id": 500 + n}, "created_at": f"2025-03-0{n + 1}T09:00:00Z",
         "milestone": {"description": "The next big release", "created_at": "2023-01-05T08:00:00Z"} if n else None,
         "body": f"The lid of number {n} does not close any more", "comments": 3}
        for n, who in enumerate(("kim", "ola", "mara"))
    ]  # fmt: skip
    archive = load(json.dumps(issues), "issues.json")
    assert [moment.month for (moment,) in rows(archive, "created_at")] == [3, 3, 3]
    assert archive.report.files[["rows_read", "rows_kept"]].to_numpy().tolist() == [[3, 3]]
    assert rows(archive, "mention_id")[0] == ("unknown:90",)


@pytest.mark.parametrize("values", [range(30), [n * 17 % 90 for n in range(30)]])
def test_counts_are_no_texts(load, values):
    days = [f"{1 + n // 28:02d}/{1 + n % 28:02d}/25" for n in range(30)]
    with pytest.raises(InsightError, match="counts by date, not messages"):
        load(table({"Date": days, "Price": [f"{n}.50" for n in range(30)], "Tweet": list(values)}))


@pytest.mark.parametrize(
    "marks",
    [
        {"comment_id": "k", "post_id": "p", "subreddit": "lamps", "score": 3},
        {"answer_id": "k", "question_id": "p", "is_accepted": "false", "tags": "lamp", "score": 3},
        {"comment_id": "k", "post_id": "p", "community": "lamps", "score": 3, "upvotes": 5},
    ],
)
def test_up_votes_are_no_ratings(load, marks):
    n = 12
    columns = {
        name: [f"{value}{row if value == 'k' else row // 4}" if value in "kp" else value for row in range(n)]
        if isinstance(value, str) else [1 + row % value for row in range(n)]
        for name, value in marks.items()
    }  # fmt: skip
    columns |= {
        "author": [f"user_{row % 5}" for row in range(n)],
        "created_utc": [1_741_000_785 + 60 * row for row in range(n)],
    }
    columns |= {"body": [f"Mine flickers too, number {row}, try another dimmer" for row in range(n)]}
    archive = load(table(columns))
    assert archive.mentions["rating"].isna().all()
    assert archive.mentions["like_count"].notna().all()
    assert archive.mentions["conversation_id"].nunique() == 3


def test_every_open_question_is_read(load, rows):
    text = table({
        "Timestamp": ["2025/03/03 8:21:22 PM GMT+1", "2025/03/04 7:28:22 AM GMT+1", "2025/04/04 6:35:22 PM GMT+2"],
        "How happy are you with the kettle?": [2, 5, 4],
        "What do you miss?": ["A longer cord for my desk", "", "Nothing that I could name"],
        "What would you change?": ["Make the lid easier to open", "The colour of the base please", ""],
        "Email Address": ["", "ann@mail.example", "bo@mail.example"],
    })  # fmt: skip
    archive = load(text)
    assert len(archive.mentions) == 4
    assert set(archive.mentions["title"]) == {"What do you miss?", "What would you change?"}
    assert archive.report.first == pd.Timestamp("2025-03-03 19:21:22", tz="UTC")
    assert archive.report.n_authors == 2


def test_pros_and_cons_are_both_words(load):
    text = table({
        "Reviewer": ["Ann P.", "Bo K.", "Cy L."], "Review Date": ["Mar 3, 2025", "Mar 14, 2025", "Apr 2, 2025"],
        "Pros": ["Heats very fast and quietly", "The timer is useful every day", "Light, and easy to fill"],
        "Cons": ["The lid is far too stiff", "It drips when I pour it", "The cord is short for a desk"], "Overall Rating": [4, 3, 5],
    })  # fmt: skip
    archive = load(text)
    assert len(archive.mentions) == 6
    assert archive.mentions["rating"].notna().sum() == 3


REPLIES = {
    "as text": {
        "Owner response": ["", "Sorry, a new lid is on its way"],
        "Response date": ["", "2025-03-15 10:00"],
    },
    "as JSON": {
        "developerResponse": [
            "",
            '{"id": 1, "body": "Sorry, a new lid is on its way", "modified": "2025-03-15T10:00:00Z"}',
        ]
    },
    "as Python prints it": {
        "sellerReply": ["", "{'text': 'Sorry, a new lid is on its way', 'created': '2025-03-15 10:00'}"]
    },
    "in German": {
        "Antwort des Inhabers": ["", "Sorry, a new lid is on its way"],
        "Antwort Datum": ["", "2025-03-15 10:00"],
    },
}


@pytest.mark.parametrize("kind", ["as text", "as JSON", "as Python prints it"])
def test_replies_in_columns_become_the_brands_messages(load, kind):
    text = table({
        "review_id": ["r1", "r2"], "name": ["kim", "ola"], "stars": ["5 stars", "1 star"], "date": ["2025-03-03 09:14", "2025-03-14 15:22"],
        "review": ["It boils fast and I like it", "The lid broke after a week"], **REPLIES[kind],
    })  # fmt: skip
    archive = load(text)
    brand = archive.mentions[archive.mentions["side"] == "brand"]
    assert brand["text"].tolist() == ["Sorry, a new lid is on its way"]
    assert brand["reply_to_id"].tolist() == ["unknown:r2"]
    assert brand["created_at"].iloc[0] == pd.Timestamp("2025-03-15 10:00", tz="UTC")
    assert archive.mentions["rating"].dropna().tolist() == [1.0, 0.0]


def test_answers_inside_records_are_messages(load, rows):
    threads = [
        {"tid": f"t{n}", "nick": "kim", "posted": f"2025-03-0{n + 1} 09:00:00", "content": f"Does number {n} leak for you as well?",
         "replies": [{"tid": f"t{n}r{m}", "nick": "ola", "posted": f"2025-03-0{n + 1} 1{m}:00:00", "content": f"Mine does, answer {m} to {n}"} for m in range(n)]}
        for n in range(3)
    ]  # fmt: skip
    archive = load(json.dumps({"meta": {"n": 3}, "threads": threads}), "forum.json")
    assert len(archive.mentions) == 6
    assert archive.report.n_replies == archive.report.n_parents_present == 3


def test_sheets_of_one_layout_are_read_together(load, tmp_path):
    book = Workbook()
    for name, start in (("January", 0), ("February", 3)):
        sheet = book.create_sheet(name)
        sheet.append(["Export of 2025"])
        sheet.append(["No.", "Customer", "Date", "Message"])
        for n in range(start, start + 3):
            sheet.append(
                [
                    f"M-{n}",
                    f"customer {n % 2}",
                    f"2025-0{1 + start // 3}-0{n + 1}",
                    f"The order {n} came too late again",
                ]
            )
    del book["Sheet"]
    out = io.BytesIO()
    book.save(out)
    archive = load(out.getvalue(), "book.xlsx")
    assert len(archive.mentions) == 6
    assert archive.report.files[["rows_read", "rows_kept"]].to_numpy().tolist() == [[6, 6]]


def test_one_object_a_file(load):
    item = {
        "ticket": 7,
        "requester": "kim",
        "opened": "2025-03-03T09:00:00Z",
        "message": "The lid does not close any more",
    }
    archive = load(json.dumps(item), "ticket.json")
    assert len(archive.mentions) == 1


def test_the_same_message_has_one_id_wherever_it_comes_from(load, read, write, rows):
    link = "https://x.com/kim/status/1896500000000000001"
    csv = table(
        {
            "Link": [link],
            "Who": ["kim"],
            "Posted": ["2025-03-03 09:14:22"],
            "Tweet text": ["@pellwick the lid leaks again"],
        }
    )
    post = {
        "id": "1896500000000000001",
        "text": "@pellwick the lid leaks again",
        "author_id": "5",
        "created_at": "2025-03-03T09:14:22.000Z",
        "public_metrics": {},
        "edit_history_tweet_ids": [],
    }
    archive = read([write(csv, "table.csv"), write(json.dumps(post), "api.jsonl")])
    assert archive.mentions["mention_id"].tolist() == ["x:1896500000000000001"]
    assert archive.mentions["n_copies"].tolist() == [2]


@pytest.fixture
def case(read, real_data):
    def case_(name, **options):
        archive = read(real_data / "cases" / name, brands=None, privacy="internal", **options)
        check_mentions(archive.mentions)
        return archive

    return case_


@pytest.mark.real
class TestCases:
    def test_01_no_date_is_an_author(self, case):
        archive = case("01-date_as_author.csv")
        assert (len(archive.mentions), archive.report.n_authors) == (40, 0)
        assert archive.report.first == pd.Timestamp("2025-04-03 13:00:22", tz="UTC")

    def test_03_issues(self, case, rows):
        archive = case("03-github_issues.json")
        moments = [
            pd.Timestamp(text, tz="UTC")
            for text in ("2025-03-03 09:14:22", "2025-03-14 15:22:10", "2025-03-15 10:00:00")
        ]
        assert [moment for (moment,) in rows(archive, "created_at")] == moments
        assert [name for (name,) in rows(archive, "author_name")] == ["mara", "tom", "ida"]

    def test_04_counts(self, case):
        with pytest.raises(InsightError, match="counts by date"):
            case("04-counts_as_text.csv")

    def test_08_up_votes(self, case):
        archive = case("08-upvotes_as_rating.csv")
        assert archive.mentions["rating"].isna().all()
        assert archive.mentions["like_count"].between(1, 5).all()
        assert (len(archive.mentions), archive.mentions["conversation_id"].nunique()) == (60, 10)

    def test_09_dates(self, case, real_data):
        for path in sorted((real_data / "cases" / "09-dates").glob("*.csv")):
            archive = case(f"09-dates/{path.name}")
            assert tuple(archive.mentions["created_at"].dt.strftime("%Y-%m-%d")) == DAYS, path.name

    def test_14_comments_with_ages(self, case, rows):
        archive = case("14-youtube_comment_downloader.json")
        assert len(archive.mentions) == 4
        assert sorted(n for (n,) in rows(archive, "like_count")) == [0, 3, 15, 1200]
        assert archive.report.n_replies == archive.report.n_parents_present == 2
        assert (archive.mentions["time_precision"] == "relative").all()

    def test_18_the_developers_answer(self, case):
        archive = case("18-app_store_scraper.csv")
        brand = archive.mentions[archive.mentions["side"] == "brand"]
        assert brand["text"].tolist() == ["Hi, PDF export comes with 3.2."]
        assert brand["created_at"].iloc[0] == pd.Timestamp("2025-03-04 10:00", tz="UTC")

    def test_21_a_form(self, case):
        archive = case("21-google_forms.csv")
        assert archive.mentions["title"].nunique() == 2
        assert archive.report.first == pd.Timestamp("2025-03-03 19:21:22", tz="UTC")
        assert archive.mentions["rating"].notna().any()
        assert archive.report.files["rows_kept"].tolist() == [24]

    def test_every_map_reads_what_was_read_without_it(self, case, real_data, tmp_path):
        for name in (
            "01-date_as_author.csv",
            "08-upvotes_as_rating.csv",
            "21-google_forms.csv",
        ):
            spec = tmp_path / "map.toml"
            spec.write_text(propose_map(real_data / "cases" / name).toml, encoding="utf-8")
            drop = ["source_format"]
            pd.testing.assert_frame_equal(
                case(name).mentions.drop(columns=drop),
                case(name, format=str(spec)).mentions.drop(columns=drop),
            )

    def test_a_map_by_content_finds_what_the_spec_of_a_known_file_finds(self, case, real_data, tmp_path):
        name, spec = "03-github_issues.json", tmp_path / "map.toml"
        spec.write_text(propose_map(real_data / "cases" / name).toml, encoding="utf-8")
        known, mapped = case(name), case(name, format=str(spec))
        assert known.report.files["source_format"].tolist() == ["github"]
        same = ["title", "text", "created_at", "side", "reply_count", "url", "lang", "source_row"]
        pd.testing.assert_frame_equal(known.mentions[same], mapped.mentions[same])
