import pandas as pd

from insight.report.evidence import marked, need_facts, quote_groups, voices


def test_marking_splits_a_text_and_loses_nothing():
    text = "my kettle leaks and leaks"
    parts = marked(text, [(20, 25), (3, 9)])
    assert parts == [["my ", 0], ["kettle", 1], [" leaks and ", 0], ["leaks", 1]]
    assert "".join(words for words, _ in parts) == text


def test_overlapping_spans_mark_once():
    assert marked("abcdef", [(0, 4), (2, 5)]) == [["abcd", 1], ["e", 1], ["f", 0]]


def test_a_quote_cannot_turn_the_line_around():
    assert marked("pay \u202egnihton\u202c now", []) == [["pay gnihton now", 0]]


def test_groups_come_in_a_fixed_order_and_skip_empty_rules():
    picked = pd.DataFrame(
        {
            "mention_id": ["r:1", "x:2"],
            "rule": ["newest", "typical"],
            "text": ["b", "a"],
            "created_at": [pd.NaT, pd.Timestamp("2026-03-31 23:30", tz="UTC")],
            "platform": ["reddit", "x"],
            "channel": ["coffee", None],
            "reason": ["Newest.", "Nearest."],
            "spans": [[], []],
        }
    )
    groups = quote_groups(picked.to_dict("records"), {"x:2": "ask Ann"}, tz="Europe/Berlin")
    assert [group["label"].split(":")[0] for group in groups] == ["Typical", "Newest"]
    assert [group["quotes"][0]["source"] for group in groups] == [
        "1 Apr 2026 · X",
        "no date · Reddit, coffee",
    ]
    assert [group["quotes"][0]["note"] for group in groups] == ["ask Ann", ""]


def test_a_need_says_how_it_is_voiced_since_when_and_where(needs):
    assert voices(needs.iloc[0]) == "55 complain and 5 work around it"
    assert need_facts(needs.iloc[1], tz="UTC") == (
        "41 messages: 10 wish, 30 work around it and 1 praise. First seen 1 Mar 2026. In x, reddit."
    )
