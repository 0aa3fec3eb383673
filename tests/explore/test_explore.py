"""Explorers without a browser: set a control, look at what the output holds."""

import base64
import builtins
import json
import types
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import insight as ins

FIGURE = "application/vnd.plotly.v1+json"


def plain(explorer):
    return [output["data"]["text/plain"] for output in explorer.output.outputs]


def figures(explorer):
    return [output["data"][FIGURE] for output in explorer.output.outputs if FIGURE in output["data"]]


def rows_of(explorer):
    """Names at the rows of the first figure."""
    return list(figures(explorer)[0]["layout"]["yaxis"]["ticktext"])


def labels(control):
    return [label for label, _ in control.options]


@pytest.fixture
def mentions():
    """Two people in a thread with the brand, one on Reddit, and a hostile text."""
    rows = [
        ("x:1", "x:1", "ann", "x", "customer", "post", 1, "@acme my lid leaks"),
        ("x:2", "x:1", "acme", "x", "brand", "reply", 2, "We send a seal"),
        ("x:3", "x:1", "ann", "x", "customer", "reply", 3, "Still leaks, I hold it shut with tape"),
        ("r:1", "r:1", "ben", "reddit", "customer", "post", 4, "I wish it had a timer"),
        ("r:2", "r:2", "cleo", "reddit", "customer", "post", 5, "<script>alert(1)</script> the lid leaks"),
        ("r:3", "r:3", "dora", "reddit", "customer", "post", 6, "Love the lid"),
    ]
    names = ["mention_id", "conversation_id", "author_id", "platform", "side", "kind", "day", "text"]
    frame = pd.DataFrame(rows, columns=names)
    frame["created_at"] = pd.Timestamp("2026-03-01", tz="UTC") + pd.to_timedelta(frame.pop("day"), unit="D")
    return ins.as_mentions(frame)


@pytest.fixture
def topics():
    table = pd.DataFrame(
        [
            (0, "Lid", 4, 3, 0.75, 0.3, 0.95),
            (1, "Timer", 1, 1, 0.25, 0.05, 0.7),
            (-1, "none", 0, 0, 0, 0, 0.4),
        ],
        columns=["topic", "name", "n", "n_people", "share", "low", "high"],
    )
    ids = ["x:1", "x:3", "r:2", "r:3", "r:1"]
    assignments = pd.DataFrame({"mention_id": ids, "topic": [0, 0, 0, 0, 1], "similarity": 0.9})
    return types.SimpleNamespace(table=table, assignments=assignments)


@pytest.fixture
def needs():
    return pd.DataFrame(
        {
            "need": ["need-1", "need-2"],
            "rank": [1, 2],
            "topic": [0, 1],
            "name": ["Lid leaks", "Timer"],
            "latent": [False, True],
            "n_people": [3, 1],
            "share": [0.75, 0.25],
            "low": [0.3, 0.05],
            "high": [0.95, 0.7],
            "n_complaint": [3, 0],
            "n_wish": [0, 1],
            "n_workaround": [1, 0],
            "n_praise": [1, 0],
            "opportunity": [12.0, 6.0],
            "opportunity_low": [8.0, 3.0],
            "opportunity_high": [15.0, 9.0],
            "trend": ["rising", "steady"],
        }
    )


def test_messages_are_found_by_words_and_by_filters_together(mentions):
    seen = ins.explore.mentions(mentions)
    assert plain(seen)[0] == "6 of 6 messages"
    seen.controls["words"].value = "LEAKS"
    assert plain(seen)[0] == "3 of 6 messages"
    seen.controls["platform"].value = "x"
    assert plain(seen)[0] == "2 of 6 messages"
    seen.controls["words"].value = "("
    assert plain(seen)[0] == "0 of 6 messages"
    seen.controls["words"].value = ""
    seen.controls["side"].value = "brand"
    assert "We send a seal" in plain(seen)[1]
    assert "lid leaks" not in plain(seen)[1]


def test_a_message_opens_its_thread_in_order_and_a_filter_that_drops_it_closes_it(mentions):
    seen = ins.explore.mentions(mentions)
    seen.controls["thread"].value = "x:3"
    told = plain(seen)[-1]
    assert told.index("my lid leaks") < told.index("We send a seal") < told.index("with tape")
    assert "timer" not in told
    seen.controls["platform"].value = "x"
    assert seen.controls["thread"].value == "x:3"
    seen.controls["platform"].value = "reddit"
    assert seen.controls["thread"].value == ""
    assert len(plain(seen)) == 2


def test_a_message_without_a_thread_stands_alone(mentions):
    seen = ins.explore.mentions(mentions.assign(conversation_id=None))
    seen.controls["thread"].value = "r:1"
    assert len(plain(seen)[-1].splitlines()) == 2


def test_texts_are_shown_as_text(mentions):
    seen = ins.explore.mentions(mentions)
    assert all(box.index == 0 for box in seen.controls.values() if hasattr(box, "index"))
    told = [output["data"].get("text/html", "") for output in seen.output.outputs]
    assert any("&lt;script&gt;" in html for html in told)
    assert not any("<script>" in html for html in told)


def test_topics_lead_to_quotes_and_quotes_to_the_thread(mentions, topics):
    seen = ins.explore.topics(mentions, topics)
    assert rows_of(seen) == ["Lid (n = 3)", "Timer (n = 1)"]
    assert "my lid leaks" in plain(seen)[2]
    assert "timer" not in plain(seen)[2]
    seen.controls["topic"].value = 1
    assert "I wish it had a timer" in plain(seen)[2]
    seen.controls["topic"].value = 0
    seen.controls["thread"].value = next(
        value for _, value in seen.controls["thread"].options if value == "x:1"
    )
    assert "We send a seal" in plain(seen)[-1]


def test_topics_that_do_not_fit_cannot_be_picked(mentions, topics):
    seen = ins.explore.topics(mentions, topics)
    seen.controls["words"].value = "tim"
    assert labels(seen.controls["topic"]) == ["Timer"]
    assert seen.controls["topic"].value == 1
    assert rows_of(seen) == ["Timer (n = 1)"]
    seen.controls["words"].value = ""
    seen.controls["least_people"].value = 2
    assert labels(seen.controls["topic"]) == ["Lid"]
    seen.controls["words"].value = "nothing like it"
    assert plain(seen) == ["No topic fits."]


@pytest.fixture
def voiced(mentions, needs):
    """The needs of the six messages, found beside two that want a timer too: one wish is no need."""
    wishes = mentions.tail(2).assign(
        mention_id=["r:8", "r:9"],
        author_id=["eve", "fay"],
        text=["It should have a timer", "Please add a timer"],
    )
    more = ins.as_mentions(pd.concat([mentions, wishes], ignore_index=True))
    found = ins.find_needs(more, ins.find_signals(more), min_people=1)
    members = found.members[found.members["mention_id"].isin(mentions["mention_id"])]
    key = members.drop_duplicates("mention_id").set_index("mention_id")["need"]
    return replace(found, table=needs.assign(need=[key["x:1"], key["r:1"]]), members=members)


def test_needs_are_filtered_and_lead_to_the_words_that_voice_them(mentions, voiced):
    seen = ins.explore.needs(mentions, voiced)
    assert figures(seen)[0]["data"][0]["customdata"] == voiced.table["need"].tolist()[:1]
    quotes = plain(seen)[2]
    assert "opposite" in next(line for line in quotes.splitlines() if "Love the lid" in line)
    seen.controls["trend"].value = "steady"
    assert labels(seen.controls["need"]) == ["Timer"]
    assert "I wish it had a timer" in plain(seen)[2]
    seen.controls["trend"].value = "rising"
    seen.controls["latent_only"].value = True
    assert plain(seen) == ["No need fits."]


def test_needs_that_are_none_are_told(mentions, voiced):
    none = replace(voiced, table=voiced.table.head(0))
    assert plain(ins.explore.needs(mentions, none)) == ["No need fits."]


@pytest.fixture
def responses():
    """Six kinds of waits, four people each: shares of fewer than ten people are withheld."""
    kinds = pd.DataFrame(
        {
            "platform": ["x", "x", "x", "mail", "mail", "mail"],
            "wait_hours": [0.5, 2.0, 100.0, 5.0, 30.0, 90.0],
            "responded": [True, True, False, True, True, False],
        }
    )
    waits = pd.concat([kinds] * 4, ignore_index=True)
    names = [f"p{row}" for row in waits.index]
    return waits.assign(
        mention_id=names, author_id=names, channel=None, brand="acme", kind="post", watched_hours=100.0
    )


def test_waits_by_place_group_and_span_are_those_of_the_measures(responses):
    seen = ins.explore.responses(responses)
    assert labels(seen.controls["by"]) == ["nothing", "platform"]
    assert seen.controls["within"].value == "24h"

    def rate():
        return seen.output.outputs[-1]["data"]["text/html"]

    assert "50.0 %" in rate()
    seen.controls["within"].value = "1h"
    assert f"{100 / 6:.1f} %" in rate()
    seen.controls["by"].value = "platform"
    assert {"x", "mail"} <= {trace.get("name") for trace in figures(seen)[0]["data"]}
    seen.controls["platform"].value = "mail"
    assert plain(seen)[0] == "12 of 24 waits"
    assert "0.0 %" in rate()


def test_the_longest_waits_lead_to_their_threads(mentions):
    answered = mentions["mention_id"].eq("x:2")
    replies = mentions["reply_to_id"].astype(object).mask(answered, "x:1")
    waits = ins.first_responses(mentions.assign(addressed=True, reply_to_id=replies, time_precision="s"))
    assert waits["responded"].sum() == 1
    seen = ins.explore.responses(waits, mentions=mentions)
    assert seen.controls["wait"].value == "still open"
    open_waits = waits[~waits["responded"]].sort_values("wait_hours", ascending=False)
    words = mentions.set_index("mention_id")["text"]
    assert labels(seen.controls["thread"])[1:] == [words[name] for name in open_waits["mention_id"]]
    seen.controls["wait"].value = "answered"
    assert labels(seen.controls["thread"])[1:] == [words["x:1"]]
    seen.controls["thread"].value = "x:1"
    assert "We send a seal" in plain(seen)[-1]
    assert plain(seen)[-2] == "The thread:"
    seen.controls["platform"].value = "reddit"
    assert labels(seen.controls["thread"]) == ["none"]
    assert "The thread:" not in plain(seen)


def test_a_measure_that_refuses_says_why_in_place_of_the_figure(responses, monkeypatch):
    import insight.conversations

    def refuse(*args, **kwargs):
        raise ins.InsightError("too few")

    monkeypatch.setattr(insight.conversations, "response_rate", refuse)
    assert plain(ins.explore.responses(responses)) == ["too few"]


def test_every_question_of_retention_is_drawn():
    days = pd.to_datetime(["2025-01-03", "2025-01-20", "2025-02-01", "2025-02-28"], utc=True)
    four = pd.DataFrame({"author_id": ["ann", "ben", "ann", "cem"], "side": "customer", "created_at": days})
    tens = pd.concat([four.assign(author_id=four["author_id"] + str(copy)) for copy in range(10)])
    seen = ins.explore.retention(ins.activity(tens, as_of="2025-03-01", burn_in="0D"))
    titles = []
    for value in [value for _, value in seen.controls["question"].options]:
        seen.controls["question"].value = value
        titles.append(figures(seen)[0]["layout"]["title"]["text"])
        assert "text/html" in seen.output.outputs[1]["data"]
    assert len(set(titles)) == 4
    seen.controls["question"].value = "newcomers by cohort"
    seen.controls["retained"].value = "after"
    shares = base64.b64decode(figures(seen)[0]["data"][0]["z"]["bdata"])
    assert np.frombuffer(shares).tolist() == [0.5, 0.5]


def test_figures_keep_the_house_settings_and_are_plain_json(mentions, topics):
    seen = ins.explore.topics(mentions, topics)
    assert figures(seen)[0]["config"]["showSendToCloud"] is False
    assert json.loads(json.dumps(seen.output.outputs)) == list(seen.output.outputs)


@pytest.fixture
def shown(monkeypatch):
    """What is displayed, as bundles."""
    found = []
    monkeypatch.setattr("IPython.display.display", lambda thing, raw: found.append(thing))
    return found


def test_with_a_front_end_one_widget_is_shown_and_words_stand_in_for_it(mentions, shown):
    seen = ins.explore.mentions(mentions)
    seen._ipython_display_()
    (data,) = shown
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"].startswith("6 of 6 messages")


def test_without_ipywidgets_figure_and_tables_are_shown(mentions, topics, shown, monkeypatch):
    real = builtins.__import__

    def absent(name, *args, **kwargs):
        if name == "ipywidgets":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)
    seen = ins.explore.topics(mentions, topics)
    assert seen.controls == {}
    seen._ipython_display_()
    assert [FIGURE in data for data in shown] == [True, False, False]
    assert "my lid leaks" in shown[2]["text/plain"]


def test_nothing_is_changed_in_place(mentions, topics, needs, voiced):
    before = [mentions.copy(), topics.table.copy(), needs.copy()]
    seen = ins.explore.needs(mentions, voiced)
    seen.controls["need"].value = voiced.table["need"].iloc[1]
    ins.explore.topics(mentions, topics).controls["words"].value = "lid"
    for old, new in zip(before, [mentions, topics.table, needs], strict=True):
        pd.testing.assert_frame_equal(old, new)
