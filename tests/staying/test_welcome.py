from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from insight.mentions import InsightError, as_mentions
from insight.stats.effects import aipw
from insight.staying import reply_effect, welcome
from insight.timeline import timeline
from insight.timeline.histories import first_answers, histories

START = pd.Timestamp("2024-01-01", tz="UTC")
KINDS = {
    "question": "post", "answer": "answer", "comment": "comment", "issue": "post", "pull": "post",
    "review": "comment",
}  # fmt: skip


def mentions_of(rows, **columns):
    """Make mentions of (id, thread, reply to, author, hours since the start)."""
    names = ["mention_id", "conversation_id", "reply_to_id", "author_id", "hour"]
    table = pd.DataFrame(rows, columns=names)
    created = START + pd.to_timedelta(table.pop("hour"), unit="h")
    return as_mentions(table.assign(created_at=created, time_precision="s", **columns))


def log(folder, name):
    """Read a log of a real community as mentions."""
    table = pd.read_csv(folder / "logs" / f"{name}.csv.gz", dtype=str)
    kind = table.get("channel", pd.Series("", index=table.index)).map(KINDS).fillna("message")
    created = pd.to_datetime(table["created_at"], utc=True, format="ISO8601").dt.as_unit("us")
    return as_mentions(
        pd.DataFrame(
            {
                "mention_id": table["id"], "conversation_id": table["thread"],
                "reply_to_id": table["reply_to"], "author_id": table["author"], "created_at": created,
                "text": table["text"].fillna(""),
                "kind": kind, "platform": name, "time_precision": "s",
            }
        )
    )  # fmt: skip


def community(*, n=500, effect=0.0, seed=0, brand_share=0.0):
    """Newcomers post two hours apart; half are answered within an hour and return more often by `effect`."""
    draw = np.random.default_rng(seed)
    rows = [(f"hello{k}", f"hello{k}", None, k, -100) for k in ("acme", "h0", "h1", "h2", "h3", "h4")]
    for i in range(n):
        hour, answered = 2.0 * i, draw.random() < 0.5
        rows.append((f"q{i}", f"q{i}", None, f"p{i}", hour))
        if answered:
            helper = "acme" if draw.random() < brand_share else f"h{draw.integers(5)}"
            rows.append((f"a{i}", f"q{i}", f"q{i}", helper, hour + 1))
            rows.append((f"t{i}", f"q{i}", f"a{i}", f"p{i}", hour + 1.5))
        if draw.random() < 0.4 + effect * answered:
            rows.append((f"r{i}", f"r{i}", None, f"p{i}", hour + 24 * draw.uniform(2, 80)))
    rows.append(("end", "end", None, "h0", 2.0 * n + 24 * 120))
    table = mentions_of(rows)
    side = np.where(table["author_id"] == "acme", "brand", "customer")
    return as_mentions(table.assign(side=side))


def simulated(draw, n, *, ratio):
    """Draw replies and returns of n newcomers in days; a reply multiplies their hazard by `ratio`."""
    answered = draw.exponential(5, n)
    first = draw.exponential(20, n)
    after = answered + draw.exponential(20 / ratio, n)
    return answered, np.where(first <= answered, first, after), np.full(n, 90.0)


# --- who is answered


def test_an_answer_is_by_someone_else(thread):
    """Ann's question: Ben's "me too" is a reply by another, her own thanks is none; Ben waits for good."""
    met = welcome(thread, burn_in="0D")
    assert met.newcomers["author_id"].tolist() == ["ann", "ben"]
    ann, ben = met.newcomers.to_dict("records")
    assert (ann["responder"], ann["answer_id"]) == ("peer", "x:2")
    assert ann["wait_hours"] == pytest.approx(5 / 60, abs=1e-3)
    assert not ben["answered"]
    assert met.unanswered["author_id"].tolist() == ["ben"]


def test_the_unanswered_wait_and_are_not_dropped():
    """Two answered after 1 and 3 hours, one never: a mean over the answered alone would say 2 hours."""
    rows = [("1", "1", None, "a", 0), ("2", "2", None, "b", 0), ("3", "3", None, "c", 0),
            ("4", "1", "1", "x", 1), ("5", "2", "2", "x", 3), ("6", "6", None, "x", 200)]  # fmt: skip
    met = welcome(mentions_of(rows), burn_in="0D", within=["2h", "7D"], min_people=1)
    anyone = met.coverage[met.coverage["responder"] == "anyone"].set_index("within_hours")
    assert anyone.loc[2.0, ["n", "answered"]].tolist() == [4, 1]
    assert anyone.loc[168.0, ["n", "answered"]].tolist() == [4, 2]
    assert met.curve["unanswered"].tolist() == pytest.approx([3 / 4, 2 / 4])


def test_who_joined_too_lately_is_not_in_a_limits_row():
    rows = [("1", "1", None, "a", 0), ("2", "2", None, "b", 100), ("3", "1", "1", "x", 101)]
    coverage = welcome(mentions_of(rows), burn_in="0D", within=["1h", "24h"]).coverage
    anyone = coverage[coverage["responder"] == "anyone"]
    assert anyone["n"].tolist() == [2, 1]


def test_brand_bot_and_deleted_authors():
    """The bot answers first but is no welcome; the deleted account's answer counts as unknown."""
    rows = [("1", "1", None, "a", 0), ("2", "1", "1", "bot", 1), ("3", "1", "1", None, 2),
            ("4", "1", "1", "acme", 3), ("5", "5", None, None, 4), ("6", "6", None, "b", 500)]  # fmt: skip
    table = mentions_of(rows)
    table = as_mentions(table.assign(side=np.where(table["author_id"] == "acme", "brand", "customer")))
    table["automated"] = table["author_id"] == "bot"
    met = welcome(table, burn_in="0D")
    assert met.newcomers["author_id"].tolist() == ["a", "b"]
    assert met.newcomers["responder"].tolist()[0] == "unknown"
    assert met.newcomers["wait_hours"].tolist()[0] == 2
    with_bots = welcome(table, burn_in="0D", count_bots=True).newcomers
    assert (with_bots["responder"].tolist()[0], with_bots["wait_hours"].tolist()[0]) == ("bot", 1)
    assert met.attrs["excluded"]["n_bot_authors"] == met.attrs["excluded"]["n_brand_authors"] == 1


def test_adding_a_bot_changes_only_bot_counts():
    table = community(n=60)
    copied = table[::7]
    bots = copied.assign(
        mention_id="bot" + copied["mention_id"],
        reply_to_id=copied["mention_id"],
        author_id="bot",
        automated=True,
        side="customer",
    )
    both = as_mentions(pd.concat([table.assign(automated=False), bots]))
    plain, mixed = welcome(table, burn_in="0D"), welcome(both, burn_in="0D", as_of=table["created_at"].max())
    pd.testing.assert_frame_equal(plain.newcomers, mixed.newcomers)
    pd.testing.assert_frame_equal(plain.steps, mixed.steps)
    rows = mixed.coverage["responder"] != "bot"
    pd.testing.assert_frame_equal(plain.coverage, mixed.coverage[rows].reset_index(drop=True))


def test_where_a_source_links_no_replies_the_next_message_in_the_conversation_answers():
    """A chat: Ann goes on alone, then Ben speaks; in another conversation nobody does."""
    rows = [("1", "c", None, "ann", 0), ("2", "c", None, "ann", 1), ("3", "c", None, "ben", 2),
            ("4", "c", None, "cleo", 3), ("5", "d", None, "dan", 4), ("6", "c", None, "dan", 5)]  # fmt: skip
    line = histories(mentions_of(rows))
    rows = line.first_rows()
    answers = first_answers(line, rows, np.full(len(line.role), True))
    assert [line.mentions["mention_id"][row] if row >= 0 else None for row in answers] == [
        "3",
        "4",
        "6",
        None,
    ]


def test_answers_in_the_thread_agree_with_a_plain_loop():
    draw = np.random.default_rng(0)
    rows = [(f"{i}", f"c{draw.integers(15)}", None, f"p{draw.integers(40)}", i) for i in range(400)]
    line = histories(mentions_of(rows))
    counts = draw.random(400) < 0.6
    firsts = line.first_rows()
    expected = [
        next(
            (j for j in range(i + 1, 400)
             if counts[j] and line.thread[j] == line.thread[i] and line.author[j] != line.author[i]),
            -1,
        )
        for i in firsts
    ]  # fmt: skip
    assert first_answers(line, firsts, counts).tolist() == expected


def test_a_capacity_limit_shows_on_crowded_days():
    """Three helpers answer one newcomer a day each; on two days sixteen join."""
    rows = []
    for day in range(60):
        n = 16 if day in (30, 45) else 3
        for i in range(n):
            rows.append((f"{day}-{i}", f"{day}-{i}", None, f"p{day}-{i}", 24 * day + i / 10))
            if i < 3:
                rows.append((f"a{day}-{i}", f"{day}-{i}", f"{day}-{i}", f"helper{i}", 24 * day + 5))
    load = welcome(mentions_of(rows), burn_in="0D").load.set_index("joiners_from")
    assert load.loc[16, ["n_days", "n", "answered"]].tolist() == [2, 32, 6]
    assert load.loc[2, "share"] > 0.9
    assert load.loc[16, "high"] < load.loc[2, "low"]


def test_steps_by_hand_and_the_funnel_never_rises():
    """Ann takes every step; Ben writes in week 4 but answers nobody; Cleo leaves."""
    week = 24 * 7
    rows = [("a1", "a1", None, "ann", 0), ("b1", "b1", None, "ben", 0), ("c1", "c1", None, "cleo", 0),
            ("a2", "b1", "b1", "ann", 1), ("a3", "c1", "c1", "ann", 2), ("d1", "a1", "a1", "dan", 3),
            ("a4", "a4", None, "ann", 3.5 * week), ("b2", "b2", None, "ben", 3.2 * week),
            ("z", "z", None, "zoe", 9 * week)]  # fmt: skip
    steps = welcome(mentions_of(rows), burn_in="0D").steps
    assert steps["n"].tolist() == [4, 2, 1, 1, 1]
    assert steps["n_alone"].tolist() == [4, 2, 2, 1, 2]
    assert (steps["n"].diff().dropna() <= 0).all()


def test_first_answers_are_sorted_by_what_they_do():
    """Ann and Ben are thanked, Ben is also asked back; Ann comes back; Cleo is answered plainly, Dan not."""
    rows = [("a", "a", None, "ann", 0), ("b", "b", None, "ben", 1), ("c", "c", None, "cleo", 2),
            ("d", "d", None, "dan", 3), ("ra", "a", "a", "x", 4), ("rb", "b", "b", "x", 5),
            ("rc", "c", "c", "x", 6), ("a2", "e", None, "ann", 200), ("z", "z", None, "x", 2000)]  # fmt: skip
    acts = [("ra", "thank"), ("rb", "thank"), ("rb", "ask"), ("rb", "ask"), ("z", "sell")]
    replies = pd.DataFrame(acts, columns=["mention_id", "act"])
    tone = welcome(mentions_of(rows), replies, burn_in="0D").tone.set_index("tone")
    assert tone["n"].to_dict() == {"ask": 1, "thank": 2, "none of these": 1}
    assert (tone["n_answered"] == 3).all()
    assert tone[["n_followed", "n_back"]].to_numpy().tolist() == [[1, 0], [2, 1], [1, 0]]
    named = replies.rename(columns={"act": "signal"})
    pd.testing.assert_frame_equal(
        tone, welcome(mentions_of(rows), named, burn_in="0D").tone.set_index("tone")
    )
    assert len(welcome(mentions_of(rows), burn_in="0D").tone) == 0
    with pytest.raises(InsightError, match="reply_acts or find_signals"):
        welcome(mentions_of(rows), pd.DataFrame({"mention_id": []}), burn_in="0D")


def test_a_file_without_answers_gets_no_share():
    """A log of commits: nobody is answered in it, which does not mean that nobody answers."""
    rows = [(f"{i}", None, None, f"p{i % 70}", 24 * i) for i in range(200)]
    met = welcome(mentions_of(rows), burn_in="0D")
    assert "cannot be computed" in met.attrs["caveats"][0]
    for table, share in ((met.coverage, "share"), (met.load, "share"), (met.steps, "share")):
        assert table[share].isna().all()
    linked = [*rows, ("a", None, "199", "p0", 24 * 199 + 1)]
    told = welcome(mentions_of(linked), burn_in="0D")
    assert told.attrs["caveats"] == ()
    assert told.coverage["share"].tolist()[0] == 0


def test_order_of_rows_and_names_of_authors_change_nothing():
    table = community(n=80)
    shuffled = table.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        welcome(table, burn_in="0D").newcomers, welcome(shuffled, burn_in="0D").newcomers
    )
    renamed = table.assign(author_id="z" + table["author_id"].str[::-1])
    first, second = (reply_effect(t, burn_in="0D", n_permutations=20) for t in (table, renamed))
    pd.testing.assert_frame_equal(first.estimates, second.estimates)
    pd.testing.assert_frame_equal(first.controls, second.controls)


def test_no_one_left_after_the_burn_in_is_an_error():
    with pytest.raises(InsightError, match="burn_in='0D'"):
        welcome(mentions_of([("1", "1", None, "a", 0), ("2", "2", None, "a", 500)]))


# --- does it bring them back


def test_immortal_time_makes_a_harmless_reply_look_harmful():
    """People who return at once had no time to be answered; a landmark repairs it."""
    answered, back, _ = simulated(np.random.default_rng(1), 200_000, ratio=1.0)
    came, ever, waiting = back <= 10, answered < back, back > 3
    soon = answered <= 3
    assert came[ever].mean() < came[~ever].mean() - 0.1
    assert came[waiting & soon].mean() == pytest.approx(came[waiting & ~soon].mean(), abs=0.01)


def test_no_effect_is_covered_at_the_stated_rate():
    """In two hundred worlds without an effect, 95 % intervals miss that in about ten."""
    hits = 0
    for seed in range(200):
        draw = np.random.default_rng(seed)
        answered, back, _ = simulated(draw, 600, ratio=1.0)
        waiting = back > 3
        x = draw.normal(size=(waiting.sum(), 3))
        effect = aipw(back[waiting] <= 90, answered[waiting] <= 3, x, trim=(0.05, 0.95))
        hits += effect.low < 0 < effect.high
    assert 0.90 < hits / 200 < 0.99


def test_a_planted_effect_is_found_and_said():
    effect = reply_effect(community(n=1500, effect=0.2), burn_in="0D", n_permutations=40)
    rows = effect.estimates.set_index("estimate")
    assert rows.loc["adjusted", "low"] < 0.2 < rows.loc["adjusted", "high"]
    assert effect.withheld == ()
    assert "more often" in effect.verdict
    assert "not proof of cause" in effect.verdict
    assert effect.e_value > effect.e_value_limit > 1
    assert effect.balance["difference_after"].abs().max() < 0.1
    assert effect.overlap > 0.98


def test_thanks_in_the_same_conversation_are_no_return():
    """Every answered newcomer thanks; that alone makes the naive gap, and none remains elsewhere."""
    effect = reply_effect(community(n=1500), burn_in="0D", n_permutations=40)
    rows = effect.estimates.set_index("estimate")
    assert rows.loc["naive: ever answered, any later message", "value"] > 0.5
    assert abs(rows.loc["naive: ever answered, another conversation", "value"]) < 0.1
    assert rows.loc["adjusted", "low"] < 0 < rows.loc["adjusted", "high"]
    assert "neither clearly more nor less" in effect.verdict


def test_the_landmark_counts_by_hand():
    effect = reply_effect(community(n=300, effect=0.3), burn_in="0D", n_permutations=10)
    table = community(n=300, effect=0.3)
    ids = set(table["mention_id"])
    asked = [i for i in range(300) if f"a{i}" in ids]
    back = [i for i in asked if f"r{i}" in ids]
    row = effect.estimates.query("estimate == 'landmark' and landmark_hours == 24").iloc[0]
    assert row["n_answered"] == len(asked)
    assert row["share_answered"] == pytest.approx(len(back) / len(asked))


def test_brands_answers_are_compared_with_peers():
    effect = reply_effect(community(n=400, brand_share=0.5), burn_in="0D", n_permutations=10)
    row = effect.estimates.set_index("estimate").loc["answered by the brand v by others only"]
    landmark = effect.estimates.query("estimate == 'landmark' and landmark_hours == 24").iloc[0]
    assert row["n_answered"] + row["n_unanswered"] == landmark["n_answered"]
    assert row["low"] < 0 < row["high"]


def test_no_verdict_on_few_people():
    effect = reply_effect(community(n=40), burn_in="0D", n_permutations=10)
    assert "are the least" in effect.withheld[0]
    assert effect.verdict.startswith("No verdict: only")


def test_no_verdict_where_fates_do_not_overlap():
    """Only questions are answered, and all of them."""
    table = community(n=400)
    answered = set(table["reply_to_id"].dropna())
    text = np.where(table["mention_id"].isin(answered), "How do I clean it?", "Hello")
    effect = reply_effect(table.assign(text=text), burn_in="0D", n_permutations=10)
    assert effect.overlap < 0.5
    assert any("could have met either fate" in reason for reason in effect.withheld)


def keen_crowd(seed, *, hidden=0.0, by_length=0.0, n=600):
    """Keen people are answered more and return more; `by_length` does so by what is known of them."""
    draw = np.random.default_rng(seed)
    rows, words = [("hello", "hello", None, "h0", -100)], ["hello"]
    for i in range(n):
        hour, keen, length = 3.0 * i, draw.random() < 0.5, draw.random() < 0.5
        chance = 0.45 + 0.4 * hidden * (keen - 0.5) + 0.4 * by_length * (length - 0.5)
        rows.append((f"q{i}", f"q{i}", None, f"p{i}", hour))
        words.append("x" * (60 if length else 20))
        if draw.random() < chance:
            rows.append((f"a{i}", f"q{i}", f"q{i}", "h0", hour + draw.exponential(60)))
            words.append("Yes")
        if draw.random() < 0.45 + 0.8 * hidden * (keen - 0.5) + 0.8 * by_length * (length - 0.5):
            rows.append((f"r{i}", f"r{i}", None, f"p{i}", hour + draw.exponential(24 * 10)))
            words.append("Again")
    rows.append(("end", "end", None, "h0", 3.0 * n + 24 * 130))
    return mentions_of(rows, text=[*words, "end"])


def effect_of(seed, **crowd):
    return reply_effect(keen_crowd(seed, **crowd), burn_in="0D", n_permutations=20, horizon="60D")


def test_a_hidden_cause_withholds_the_verdict_and_what_is_adjusted_for_does_not():
    hidden = [effect_of(seed, hidden=1.0).withheld for seed in range(12)]
    known = [effect_of(seed, by_length=1.0).withheld for seed in range(12)]
    assert sum(bool(reasons) for reasons in hidden) >= 9
    assert sum(bool(reasons) for reasons in known) <= 2


def test_the_page_says_what_the_check_can_rule_out():
    caveat = effect_of(0).attrs["caveats"][2]
    assert "times as frequent" in caveat
    alone = reply_effect(community(n=300), burn_in="0D", n_permutations=10)
    assert "nothing here rules them out" in alone.attrs["caveats"][2]


def test_unadjusted_ratios_do_not_stand_beside_the_adjusted_difference():
    assert set(effect_of(0).estimates["scale"]) == {"risk difference"}


def test_forty_an_arm_are_too_few():
    effect = reply_effect(community(n=80, effect=0.3), burn_in="0D", n_permutations=10)
    assert "50 in each are the least" in effect.withheld[0]


def test_no_reply_structure_is_said():
    rows = [(f"{i}", None, None, f"p{i}", 24 * i) for i in range(300)]
    with pytest.raises(InsightError, match="no reply links"):
        reply_effect(mentions_of(rows), burn_in="0D")


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "n", "any_later", "elsewhere", "landmark"),
    [
        ("se_history_meta", 375, ((189, 307), (36, 68)), ((99, 307), (34, 68)), ((46, 216), (36, 108))),
        ("gh_tls_esni", 100, ((55, 89), (6, 11)), ((33, 89), (6, 11)), ((6, 36), (8, 39))),
        (
            "slack_racket_2017_2019",
            296,
            ((196, 211), (67, 85)),
            ((163, 211), (56, 85)),
            ((101, 147), (30, 61)),
        ),
    ],
)  # fmt: skip
def test_three_communities_as_measured(real_data, name, n, any_later, elsewhere, landmark):
    """Counts are exact; deleted accounts' answers, left out here, would move history.meta's 0.96 to 1.02."""
    table = log(real_data, name)
    table = timeline(
        table[table["author_id"].notna()], signals=pd.DataFrame({"mention_id": [], "signal": []})
    )
    effect = reply_effect(table, burn_in="0D", n_permutations=2)
    assert effect.attrs["n_people"] == n
    naive = effect.estimates.iloc[:2]
    day = effect.estimates.query("estimate == 'landmark' and landmark_hours == 24")
    for row, ((k1, n1), (k0, n0)) in zip(
        [*naive.to_dict("records"), *day.to_dict("records")], [any_later, elsewhere, landmark], strict=True
    ):
        assert (row["n_answered"], row["n_unanswered"]) == (n1, n0)
        assert row["share_answered"] == pytest.approx(k1 / n1)
        assert row["share_unanswered"] == pytest.approx(k0 / n0)


# --- the test that would settle it
