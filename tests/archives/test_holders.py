"""Exports whose objects around the messages say what the messages do not: threads, titles, the customer."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import json

import pandas as pd
import pytest

START = pd.Timestamp("2025-03-02 09:15:07")
SAID = (
    "The kettle lid leaks again since Monday", "My lamp flickers every evening", "How do I reset the timer?",
    "Refund for the cord never came", "Love the new colour of the mug", "Is there a longer cable for the grill?",
)  # fmt: skip
PEOPLE = ("mara", "tom", "ida", "kim")


def at(n, form="%Y-%m-%dT%H:%M:%SZ"):
    return (START + pd.Timedelta(hours=7 * n)).strftime(form)


def milliseconds(n):
    return int((START + pd.Timedelta(hours=7 * n)).timestamp() * 1_000)


def conversations(customer, brand, around):
    """Conversations without ids; who speaks is said by a word, and the customer around them."""
    return [
        {around: {"name": PEOPLE[n], "email": f"{PEOPLE[n]}@mail.example"}, "messages": [
            {"text": SAID[n], "date": milliseconds(10 * n), "from": customer},
            {"text": f"Hello, we look into case {n}", "date": milliseconds(10 * n + 1), "from": brand},
            {"text": f"Thank you, waiting {n}", "date": milliseconds(10 * n + 2), "from": customer},
        ]} for n in range(4)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("customer", "brand", "around"),
    [("user", "operator", "user"), ("visitor", "agent", "contact"), ("Customer", "Support", "customer")],
)
def test_conversations_without_ids_are_threads_of_one_customer(load, customer, brand, around):
    found = load(
        json.dumps(conversations(customer, brand, around)), "export.json", privacy="internal"
    ).mentions
    assert found["conversation_id"].nunique() == 4
    assert found.groupby("conversation_id").size().tolist() == [3] * 4
    assert found["side"].astype(str).value_counts().to_dict() == {"customer": 8, "brand": 4}
    theirs = found[found["side"] == "customer"]
    assert theirs["author_name"].map(str.lower).str.partition("@")[
        0
    ].value_counts().to_dict() == dict.fromkeys(PEOPLE, 2)
    assert found.loc[found["side"] == "brand", "author_id"].isna().all()


@pytest.mark.parametrize(
    ("key", "title"), [("id", "title"), ("topic_id", "subject"), ("threadId", "thread_title")]
)
def test_a_file_of_one_thread_is_called_by_its_own_id(load, key, title):
    posts = [
        {"post_id": str(2295 + 7 * n), "user": PEOPLE[n % 4], "date": at(n), "text": SAID[n]}
        for n in range(6)
    ]
    thread = {key: "514014", title: "Lid of the kettle", "link": "https://forum.example/514014"}
    found = load(json.dumps(thread | {"posts": posts}), "thread.json").mentions
    assert len(set(found["conversation_id"])) == 1
    assert found["title"].tolist() == ["Lid of the kettle", *[""] * 5]


def test_a_page_of_a_list_is_no_thread(load):
    posts = [{"id": f"m{n}", "user": PEOPLE[n % 4], "date": at(n), "text": SAID[n]} for n in range(6)]
    pages = "\n".join(
        json.dumps({"messages": posts[n : n + 2], "success": True, "count": 2}) for n in (0, 2, 4)
    )
    assert load(pages, "pages.jsonl").mentions["conversation_id"].nunique() == 6


def test_reviews_of_one_product_are_no_thread(load):
    shops = [
        {"id": f"shop{s}", "title": f"Shop {s}", "reviews": [
            {"id": f"r{s}{n}", "author": PEOPLE[n % 4], "date": at(n), "text": SAID[n], "rating": 1 + n % 5} for n in range(6)]}
        for s in range(2)
    ]  # fmt: skip
    assert load(json.dumps(shops), "reviews.json").mentions["conversation_id"].nunique() == 12


def test_lines_of_several_kinds_are_read_by_the_one_that_has_words(load):
    kinds = [{"type": "team", "team": {"name": "core", "display_name": "Core Team"}}]
    kinds += [
        {"type": "user", "user": {"username": name, "email": f"{name}@mail.example"}} for name in PEOPLE
    ]
    kinds += [
        {"type": "post", "post": {
            "channel": ("square", "help")[n % 2], "user": PEOPLE[n % 4], "message": SAID[n], "create_at": milliseconds(5 * n),
            "replies": [{"user": PEOPLE[3 - n % 4], "message": f"Same here, {n}", "create_at": milliseconds(5 * n + 1)}] if n % 2 else [],
        }} for n in range(6)
    ]  # fmt: skip
    found = load("\n".join(map(json.dumps, kinds)), "bulk.jsonl", privacy="internal").mentions
    assert len(found) == 9
    assert found["conversation_id"].nunique() == 6
    assert set(found["author_name"]) == set(PEOPLE)
    assert set(found["channel"].dropna()) == {"square", "help"}


XML = """<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.example" xmlns:dsq="http://disqus.example/internals">
<thread dsq:id="71"><link>http://blog.example/1/</link><title>Kettle news</title><createdAt>2025-03-01T10:00:00Z</createdAt></thread>
{}</disqus>"""


def test_any_xml_of_messages_is_understood_by_its_content(load):
    def post(n):
        parent = f'<parent dsq:id="{98 + n}"/>' if n > 1 else ""
        return (
            f'<post dsq:id="{100 + n}"><id>wp={528 + n}</id><message><![CDATA[<p>{SAID[n]}</p>]]></message>'
            f"<createdAt>{at(n)}</createdAt><author><name>{PEOPLE[n % 4]}</name></author>"
            f'<thread dsq:id="71"/>{parent}</post>\n'
        )

    posts = "".join(map(post, range(6)))
    found = load(XML.format(posts), "comments.xml", privacy="internal").mentions
    assert found["text"].tolist() == list(SAID)
    assert found["reply_to_id"].notna().sum() == 4
    assert len(set(found["conversation_id"])) == 1
    assert found["created_at"].iloc[0] == START.tz_localize("UTC")


def test_a_feed_and_a_backup_of_messages_are_xml_too(load):
    entries = "".join(
        f"<item><title>{SAID[n]}</title><pubDate>{at(n, '%a, %d %b %Y %H:%M:%S +0000')}</pubDate><guid isPermaLink='false'>g{n}</guid>"
        f"<author>{PEOPLE[n % 4]}</author><description>{SAID[n]} and more of it</description></item>" for n in range(6)
    )  # fmt: skip
    found = load(
        f"<?xml version='1.0'?><rss><channel><title>News</title>{entries}</channel></rss>", "feed.xml"
    ).mentions
    assert found["text"].str.endswith("and more of it").all()
    assert found["created_at"].notna().all()
    short = "".join(
        f'<sms address="+4930{n % 3}5550{n}" date="{milliseconds(n)}" body="{SAID[n]}"/>' for n in range(6)
    )
    found = load(f"<?xml version='1.0'?><smses count='6'>{short}</smses>", "sms.xml").mentions
    assert found["text"].tolist() == list(SAID)


def test_of_two_columns_of_one_day_the_one_with_a_clock_is_the_date(load):
    rows = pd.DataFrame({
        "id": [f"4892{n}" for n in range(6)], "text": SAID, "date": [at(n, "%Y-%m-%d") for n in range(6)],
        "full_date": [at(n, "%Y-%m-%d %H:%M:%S") for n in range(6)],
    })  # fmt: skip
    found = load(rows.to_csv(index=False), "posts.csv").mentions
    assert found["created_at"].tolist() == [
        (START + pd.Timedelta(hours=7 * n)).tz_localize("UTC") for n in range(6)
    ]


def test_a_number_that_repeats_names_the_thread_and_a_direction_the_side(load):
    rows = pd.DataFrame({
        "Vorgangsnr.": [f"V-{n // 2}" for n in range(6)], "Eingangsdatum": [at(n, "%d.%m.%Y %H:%M") for n in range(6)],
        "Absender": ["kunde@post.example", "service@firma.example"] * 3, "Richtung": ["eingehend", "ausgehend"] * 3,
        "Nachricht": [f"Die Pumpe geht nach einer Woche nicht mehr ({n})" for n in range(6)],
    })  # fmt: skip
    found = load(rows.to_csv(index=False, sep=";"), "vorgaenge.csv").mentions
    assert found.groupby("conversation_id").size().tolist() == [2, 2, 2]
    assert found["side"].tolist() == ["customer", "brand"] * 3


def test_people_who_are_only_numbers_of_telephones_are_people(load):
    rows = [
        {"id": f"5f{n}a", "sent_at": milliseconds(n), "source": f"+4915{n % 3}0000000", "body": SAID[n]}
        for n in range(6)
    ]
    assert load(json.dumps(rows), "messages.json").report.n_authors == 3


def test_a_room_in_which_all_talk_is_no_thread(load):
    rows = [
        {"id": 500 + n, "from_user": {"id": 7000 + n % 4}, "date": at(n), "chat": {"id": -10012, "title": "Pumps"}, "text": SAID[n],
         **({"reply_to_message_id": 499 + n} if n % 3 == 2 else {})} for n in range(6)
    ]  # fmt: skip
    assert load(json.dumps(rows), "room.json").mentions["conversation_id"].nunique() == 4


def test_what_the_caller_names_goes_before_what_is_said_around(load):
    talks = json.dumps(conversations("user", "operator", "user"))
    found = load(talks, "export.json", columns={"author": None, "conversation": None}).mentions
    assert found["author_id"].isna().all()
    assert found["conversation_id"].nunique() == 12
