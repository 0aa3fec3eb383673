import csv
import gzip
import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from backports import zstd

from insight import InsightError
from tests.simulate import Truth, simulate_archive
from tests.simulate.export_elsewhere import PLAY
from tests.simulate.export_x import TWCS
from tests.simulate.grammar import Choice, Draft, Slot, load_rules, parse
from tests.simulate.plan import Plan, hazard, topics
from tests.simulate.voice import load_voices, speak

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
ROOMS = ("pellwick", "countertopcoffee")
WORDS = ("shared", "needs", "clauses", "chatter", "brand", "replies", "circles")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    return folder, simulate_archive(folder, n_people=400, n_months=12)


@pytest.fixture(scope="module")
def truth():
    return simulate_archive(None)


@pytest.fixture(scope="module")
def null():
    return simulate_archive(None, effects=False)


@pytest.fixture(scope="module")
def remade(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    command = [sys.executable, "-m", "tests.simulate", str(folder)]
    subprocess.run(command, check=True, capture_output=True, env={"PYTHONHASHSEED": "7"})
    return folder


def unpack(path):
    """The content of a file whatever the version of the compressor that packed it."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".zst":
        return zstd.decompress(path.read_bytes())
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return b"".join(info.filename.encode() + archive.read(info) for info in archive.infolist())
    return path.read_bytes()


def mentions_csv(folder):
    return list(csv.DictReader(io.StringIO(unpack(folder / "x_mentions.csv.gz").decode())))


def ndjson(path):
    return [json.loads(line) for line in unpack(path).decode().splitlines()]


def tweets_js(folder):
    with zipfile.ZipFile(folder / "x_archive_pellwick.zip") as archive:
        text = archive.read("data/tweets.js").decode()
    assert text.startswith("window.YTD.tweets.part0 = [")
    return [item["tweet"] for item in json.loads(text.split(" = ", 1)[1])]


# --- the sample


def test_the_command_remakes_the_sample(remade, truth):
    assert sorted(p.name for p in SAMPLE.iterdir()) == sorted(truth.files)
    for name in truth.files:
        assert unpack(remade / name) == unpack(SAMPLE / name), (
            f"{name}: run python -m tests.simulate data/sample"
        )
    assert sum(p.stat().st_size for p in SAMPLE.iterdir()) < 6_000_000


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path):
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder, seed in zip(folders, (3, 3, 4), strict=True):
        files = simulate_archive(folder, n_people=60, n_months=4, random_state=seed).files
    one, two, three = ([(folder / name).read_bytes() for name in files] for folder in folders)
    assert one == two
    assert all(a != b for a, b in zip(one, three, strict=True))


def test_truth_needs_no_files(small):
    _, written = small
    told = simulate_archive(None, n_people=400, n_months=12)
    for field in fields(Truth):
        a, b = getattr(written, field.name), getattr(told, field.name)
        pd.testing.assert_frame_equal(a, b) if isinstance(a, pd.DataFrame) else np.testing.assert_equal(a, b)


def test_usage_and_limits(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "tests.simulate"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert "usage" in run.stderr
    with pytest.raises(InsightError, match="at least 30 people and 3 months; found n_people=29"):
        simulate_archive(tmp_path / "no", n_people=29)
    assert not (tmp_path / "no").exists()
    tiny = simulate_archive(tmp_path, n_people=30, n_months=3)
    assert len(tiny.messages) > 30
    assert {p.name for p in tmp_path.iterdir()} == set(tiny.files)


# --- formats


def test_public_mentions_have_the_columns_and_threads_of_twcs(small):
    folder, _ = small
    rows = mentions_csv(folder)
    assert tuple(rows[0]) == TWCS
    by_id = {row["tweet_id"]: row for row in rows}
    assert len(by_id) == len(rows)
    assert all(id_.isdigit() and len(id_) == 19 for id_ in by_id)
    assert {row["author_id"] for row in rows if row["inbound"] == "False"} == {"pellwick", "pellwickhelp"}
    assert all(row["author_id"].isdigit() for row in rows if row["inbound"] == "True")
    own = {tweet["id_str"] for tweet in tweets_js(folder)}
    for row in rows:
        for child in filter(None, row["response_tweet_id"].split(",")):
            assert by_id[child]["in_response_to_tweet_id"] == row["tweet_id"]
        assert row["in_response_to_tweet_id"] in {"", *by_id, *own}
        plain = len(row["text"]) - (16 if row["text"].startswith("RT @") else 0)
        assert plain <= 280, row["text"]


def test_snowflakes_carry_the_time(small):
    folder, _ = small
    for row in mentions_csv(folder):
        moment = pd.to_datetime(((int(row["tweet_id"]) >> 22) + 1288834974657) // 1000, unit="s", utc=True)
        assert pd.to_datetime(row["created_at"], format="%a %b %d %H:%M:%S %z %Y") == moment


def test_own_archive_overlaps_with_the_mentions_by_id(small):
    folder, truth = small
    tweets = tweets_js(folder)
    with zipfile.ZipFile(folder / "x_archive_pellwick.zip") as archive:
        assert archive.namelist() == ["data/account.js", "data/tweets.js"]
    assert all(
        isinstance(tweet[key], str) for tweet in tweets for key in ("id", "favorite_count", "retweet_count")
    )
    rows = {row["tweet_id"]: row for row in mentions_csv(folder)}
    shared = [tweet for tweet in tweets if tweet["id_str"] in rows]
    assert 0 < len(shared) < len(tweets)
    for tweet in shared:
        row = rows[tweet["id_str"]]
        assert tweet["full_text"] == row["text"]
        assert tweet["in_reply_to_status_id_str"] == row["in_response_to_tweet_id"]
    broadcasts = truth.messages[truth.messages.role == "broadcast"]
    assert {tweet["id_str"] for tweet in tweets} - set(rows) == set(broadcasts.native_id)


def test_reddit_threads_hang_together(small):
    folder, _ = small
    posts, comments = ([r for room in ROOMS for r in ndjson(folder / f"r_{room}_{kind}.ndjson.zst")]
                       for kind in ("submissions", "comments"))  # fmt: skip
    names = {r["name"]: r for r in posts + comments}
    assert len(names) == len(posts) + len(comments)
    assert all(re.fullmatch("[0-9a-z]+", r["id"]) and r["name"][3:] == r["id"] for r in names.values())
    assert all(list(r) == sorted(r) and isinstance(r["created_utc"], int) for r in names.values())
    for comment in comments:
        parent = names[comment["parent_id"]]
        assert comment["created_utc"] > parent["created_utc"]
        assert comment["subreddit"] == parent["subreddit"]
        assert names[comment["link_id"]]["name"].startswith("t3_")
    counted = pd.Series([c["link_id"] for c in comments]).value_counts()
    assert all(post["num_comments"] == counted.get(post["name"], 0) for post in posts)
    assert any(c["author"] == c["body"] == "[deleted]" for c in comments)


def test_reviews_are_utf16_with_a_mark_and_no_author(small):
    folder, truth = small
    n_reviews, n_replies = 0, 0
    for part in (1, 2, 3):
        path = folder / f"reviews_com.pellwick.app_part{part}.csv"
        assert path.read_bytes().startswith(b"\xff\xfe")
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-16"))))
        assert tuple(rows[0]) == PLAY
        for row in rows:
            assert row["Star Rating"] in "12345"
            assert bool(row["Review Link"]) == bool(row["Review Text"])
            assert (row["Developer Reply Text"] != "") == (row["Developer Reply Millis Since Epoch"] != "")
            if row["Developer Reply Text"]:
                assert row["Developer Reply Millis Since Epoch"] > row["Review Submit Millis Since Epoch"]
        n_reviews, n_replies = (
            n_reviews + len(rows),
            n_replies + sum(bool(r["Developer Reply Text"]) for r in rows),
        )
    reviews = truth.messages[truth.messages.platform == "google_play"]
    assert reviews.author.isna().all()
    assert (n_reviews, n_replies) == ((reviews.role == "review").sum(), (reviews.role == "brand").sum())


def test_tickets_tell_roles_and_public_flags(small):
    folder, truth = small
    records = ndjson(folder / "support_tickets.ndjson.gz")
    desk = truth.messages[truth.messages.platform == "zendesk"].set_index("native_id")
    comments = [comment for record in records for comment in record["comments"]]
    assert {str(c["id"]) for c in comments} == set(desk.index)
    for comment in comments:
        row = desk.loc[str(comment["id"])]
        assert (comment["author"]["role"] == "end-user") == (row.person >= 0)
        assert comment["public"] == (row.role != "note")
    assert {record["via"]["channel"] for record in records} == {"email", "voice"}
    for record in records:
        assert record["description"] == record["comments"][0]["body"]
        assert record["requester"]["role"] == "end-user"


# --- the truth is in the files


def test_every_message_of_the_truth_is_in_a_file(small):
    folder, truth = small
    found = [f"x:{row['tweet_id']}" for row in mentions_csv(folder)] + [
        f"x:{t['id_str']}" for t in tweets_js(folder)
    ]
    for room in ROOMS:
        for kind in ("submissions", "comments"):
            found += [f"reddit:{r['name']}" for r in ndjson(folder / f"r_{room}_{kind}.ndjson.zst")]
    for record in ndjson(folder / "support_tickets.ndjson.gz"):
        found += [f"zendesk:{comment['id']}" for comment in record["comments"]]
    told = truth.messages[truth.messages.platform != "google_play"]
    assert set(found) == set(told.mention_id)
    assert truth.messages.mention_id.is_unique
    assert set(truth.messages.parent_id.dropna()) <= set(truth.messages.mention_id)


def test_planted_texts_say_what_was_planted(small):
    folder, truth = small
    text = {f"x:{row['tweet_id']}": row["text"] for row in mentions_csv(folder)}
    text |= {f"x:{tweet['id_str']}": tweet["full_text"] for tweet in tweets_js(folder)}
    letters = {"".join(map(str, line)) for line in load_rules("brand")["form_letter"]}
    assert len(truth.copied_replies) > 0
    for mention in truth.copied_replies.mention_id:
        assert re.sub(r"^@\d+ | \^[A-Z]{2}$", "", text[mention]) in letters
    assert all(re.search("#(StormBrina|RailStrike|ElectionNight)", text[m]) for m in truth.hashtag_misuse)
    assert all("hashtags" in text[m] for m in truth.apology)
    assert all("PellwickMornings" in text[m] or m in set(truth.messages.query("role == 'peer'").mention_id)
               for m in truth.contest_entries if "RT @" not in text[m])  # fmt: skip
    reposts = truth.messages[truth.messages.role == "repost"]
    assert all(text[row.mention_id].endswith(text[row.parent_id]) for row in reposts.itertuples())


def test_the_latent_need_is_never_asked_for(small):
    folder, truth = small
    asks = re.compile(
        r"\b(wish|please|pls|should|would be|could you|need|hope|feature|request|add|missing|fix)\b", re.I
    )
    text = {f"x:{row['tweet_id']}": row["text"] for row in mentions_csv(folder)}
    for room in ROOMS:
        for kind in ("submissions", "comments"):
            for r in ndjson(folder / f"r_{room}_{kind}.ndjson.zst"):
                text[f"reddit:{r['name']}"] = r.get("body") or f"{r['title']} {r['selftext']}"
    told = truth.messages[(truth.messages.topic == "preheat") & (truth.messages.person >= 0)]
    told = told[told.role.isin(["start", "comment", "peer"]) & (told.lang == "en")]
    assert len(told) > 30
    found = [text[m] for m in told.mention_id if asks.search(text[m])]
    assert not found, found[:3]
    assert truth.needs.loc[truth.needs.latent, "topic"].tolist() == ["preheat"]


def test_people_do_not_share_sentences(small):
    folder, truth = small
    told = truth.messages.set_index("native_id")
    rows = [row for row in mentions_csv(folder) if told.role[row["tweet_id"]] == "start"]
    plain = [re.sub(r"@\w+|\W", "", row["text"]).lower() for row in rows]
    assert len(set(plain)) / len(plain) > 0.96
    for topic in ("refund_wait", "app_wifi", "descale_alarm"):
        texts = [row["text"].lower() for row in rows if told.topic[row["tweet_id"]] == topic]
        words = [re.findall(r"\w+", re.sub(r"@\w+", "", text)) for text in texts]
        runs = [tuple(w[at : at + 5]) for w in words for at in range(len(w) - 4)]
        assert len(set(runs)) / len(runs) > 0.8


# --- the planted numbers


def test_size_and_mix(truth):
    customers = truth.messages[truth.messages.person >= 0]
    assert 14_000 < len(truth.messages) < 18_000
    assert customers.person.nunique() == len(truth.people) >= 4000
    share = truth.messages.lang.value_counts(normalize=True)
    assert 0.06 < share["de"] < 0.1
    assert 0.035 < share["es"] < 0.065
    social = customers[customers.platform.isin(["x", "reddit"])]
    active = social.groupby(social.created_at.dt.strftime("%Y-%m")).person.nunique()
    assert len(active) == 18
    assert active.between(200, 700).all()
    counts = social.person.value_counts()
    assert 0.4 < counts.head(len(counts) // 10).sum() / counts.sum() < 0.6


def test_needs_are_ranked_by_a_recount(truth):
    voiced = truth.messages.query("role in ['start', 'comment', 'review', 'ticket'] or intent == 'metoo'")
    people = voiced[voiced.platform != "google_play"].groupby("topic").person.nunique()
    needs = truth.needs.set_index("topic")
    assert len(needs) == 8
    assert (needs.n_people == people[needs.index]).all()
    assert needs["rank"].tolist() == list(range(1, 9))
    assert (needs.n_people.to_numpy()[:-1] / needs.n_people.to_numpy()[1:] > 1.02).all()


def test_answer_rates_and_waits_are_the_planted_ones(truth):
    counted = truth.answers[(truth.answers.n >= 100)]
    spread = np.sqrt(counted.rate * (1 - counted.rate) / counted.n)
    assert (abs(counted.n_answered / counted.n - counted.rate) < 4 * spread + 0.02).all()
    messages = truth.messages.set_index("mention_id")
    first = messages[(messages.role == "brand") & (messages.platform == "x")]
    asked = messages.loc[first.parent_id]
    wait = np.asarray((first.created_at.array - asked.created_at.array) / pd.Timedelta(hours=1))
    for intent, median in (("help", 1.2), ("complaint", 3.0)):
        mine = wait[(asked.intent == intent).to_numpy() & asked.addressed.to_numpy()]
        assert np.median(mine) == pytest.approx(median, rel=0.15)
    assert (wait > 0).all()


def test_an_answer_brings_people_back_and_the_naive_gap_hides_it(truth):
    effect = truth.reply_effect.set_index("intent")
    odds = (effect.n_back_answered / (effect.n_answered - effect.n_back_answered)) / (
        effect.n_back_unanswered / (effect.n_unanswered - effect.n_back_unanswered)
    )
    error = np.sqrt(
        1 / effect.n_back_answered + 1 / (effect.n_answered - effect.n_back_answered)
        + 1 / effect.n_back_unanswered + 1 / (effect.n_unanswered - effect.n_back_unanswered)
    )  # fmt: skip
    strata = odds.index != "all"
    weight = 1 / error[strata] ** 2
    pooled = np.exp((np.log(odds[strata]) * weight).sum() / weight.sum())
    assert np.log(pooled) == pytest.approx(np.log(truth.reply_odds), abs=2.5 / np.sqrt(weight.sum()))
    assert odds["all"] < 1.1 < 1.6 < pooled


def test_tenure_in_the_files_is_the_planted_tenure(truth):
    people = truth.people[truth.people.platform.isin(["x", "reddit"]) & ~truth.people.censored]
    people = people[people.way_in.isin(["steady", "rival", "outage", "escalated"])]
    weeks = (people.last_at - people.joined_at) // pd.Timedelta(weeks=1) + 1
    own_work = weeks - people.n_weeks
    assert (own_work >= 0).mean() > 0.999
    assert (own_work == 0).mean() > 0.99  # a late follow-up in one's own thread may reach into the next week
    stayed = people[(people.n_weeks > 1) & ~people.loud & (people.joined_at < "2025-03-01")]
    for week, planted in ((1, 0.22), (2, 0.22), (6, 0.1)):
        at_risk = (stayed.n_weeks > week).sum()
        left = (stayed.n_weeks == week + 1).sum()
        assert left / at_risk == pytest.approx(planted, abs=4 * np.sqrt(planted * (1 - planted) / at_risk))
        assert truth.hazard.set_index("week").hazard[week] == planted == hazard(week)


def test_spikes_lie_in_their_windows(truth):
    messages, people = truth.messages, truth.people
    for topic, window in (("outage", truth.outage), ("rival_discontent", truth.rival)):
        told = messages[(messages.topic == topic) & messages.role.isin(["start", "comment"])]
        inside = told.created_at.between(*window).mean()
        assert inside > (0.95 if topic == "outage" else 0.4)
    for way_in in ("celebrity", "contest"):
        joined = people[people.way_in == way_in].joined_at
        assert len(joined) > 100
        assert joined.between(*getattr(truth, way_in)).all()
    back = people.groupby("way_in").came_back.mean()
    assert back["celebrity"] < 0.6 * people.query("way_in == 'steady' and platform == 'x'").came_back.mean()
    assert truth.outage == (
        pd.Timestamp("2025-09-18 05:40", tz="UTC"),
        pd.Timestamp("2025-09-19 13:10", tz="UTC"),
    )


def test_escalations_go_from_a_ticket_to_a_public_post(small, truth):
    messages = truth.messages.set_index("mention_id")
    cases = truth.escalations
    assert len(cases) > 40
    assert (messages.platform[cases.ticket_id] == "zendesk").all()
    public = messages.loc[cases.public_id]
    assert (public.platform == "x").all()
    assert (public.topic.to_numpy() == messages.topic[cases.ticket_id].to_numpy()).all()
    days = (public.created_at.to_numpy() - messages.created_at[cases.ticket_id].to_numpy()) / np.timedelta64(
        1, "D"
    )
    np.testing.assert_allclose(np.asarray(days, dtype=float), cases.days)
    assert set(cases.channel) == {"email", "phone"}
    folder, told = small
    owners = {str(r["comments"][0]["id"]): r["requester"]["external_id"]
              for r in ndjson(folder / "support_tickets.ndjson.gz")}  # fmt: skip
    assert all(owners[case.ticket_id[8:]] == case.customer for case in told.escalations.itertuples())


def test_circles_keep_to_their_own_and_to_their_time(truth):
    people, messages = truth.people.set_index("person"), truth.messages
    sizes = people.circle.value_counts()
    assert sizes.to_dict() == {"recommend": 40, "van_life": 26, "tea_circle": 26, "office_round": 26}
    said = messages[messages.note == "circle"]
    assert said.groupby("person").topic.nunique().eq(1).all()
    assert said.person.value_counts().between(3, 5).all()
    assert (said.topic == said.person.map(people.circle)).all()
    assert (said.created_at > said.person.map(people.joined_at)).all()
    answered = said[said.parent_id.notna()]
    parents = messages.set_index("mention_id").loc[answered.parent_id]
    assert (parents.topic.to_numpy() == answered.topic.to_numpy()).all()
    assert (parents.person.to_numpy() != answered.person.to_numpy()).all()


def test_the_brand_has_a_limit_of_answers_a_day(truth, null):
    answers = truth.messages[truth.messages.role.isin(["brand", "brand2"]) & (truth.messages.platform == "x")]
    per_day = answers.created_at.dt.floor("D").value_counts()
    assert per_day.max() == truth.daily_limit == 20
    assert (per_day >= 19).sum() == 3
    assert null.daily_limit is None
    parents = truth.messages.parent_id.dropna()
    assert parents.isin(truth.messages.mention_id).all()


def test_the_null_archive_has_no_effect(null, truth):
    for name in ("outage", "celebrity", "contest", "rival", "misuse", "copies"):
        assert getattr(null, name) is None
    for name in ("escalations", "copied_replies", "hashtag_misuse", "apology", "contest_entries"):
        assert len(getattr(null, name)) == 0
    assert null.people.circle.isna().all()
    assert null.reply_odds == 1.0
    assert null.answers.rate.nunique() == null.answers.wait_hours.nunique() == 1
    effect = null.reply_effect.set_index("intent").loc["all"]
    answered, unanswered = (
        effect.n_back_answered / effect.n_answered,
        effect.n_back_unanswered / effect.n_unanswered,
    )
    assert abs(answered - unanswered) < 4 * np.sqrt(0.25 / effect.n_answered + 0.25 / effect.n_unanswered)
    assert not set(null.messages.topic) & {
        "outage",
        "celebrity",
        "contest",
        "hashtag_backlash",
        "recommend",
        "van_life",
    }
    assert 0.85 < len(null.messages) / len(truth.messages) < 1.15


# --- the grammar


def test_parse_reads_choices_and_slots():
    assert parse("a [b|c {d}|] e") == ("a ", Choice((("b",), ("c ", Slot("d")), ())), " e")
    assert parse("[x|[y|z]]") == (Choice((("x",), (Choice((("y",), ("z",))),))),)
    for broken in ("a [b", "a | b", "a ] b"):
        with pytest.raises(ValueError, match="bracket"):
            parse(broken)


def slots(nodes):
    for node in nodes:
        if isinstance(node, Choice):
            for inner in node:
                yield from slots(inner)
        elif isinstance(node, Slot):
            yield str(node)


@pytest.mark.parametrize("files", [WORDS, ("german",), ("spanish",)])
def test_every_slot_has_a_rule(files):
    rules = load_rules(*files)
    known = {"me", "them", "ticket", "link", "k"}
    for name, lines in rules.items():
        topic = name.partition(".")[0] if "." in name else None
        for slot in {slot for line in lines for slot in slots(line)} - known:
            if topic:
                assert f"{topic}.{slot}" in rules or slot in rules, (name, slot)
            else:
                assert slot in rules or any(rule.endswith(f".{slot}") for rule in rules), (name, slot)
    for topic, table in topics().items():
        if files == WORDS and table["group"] in ("need", "other"):
            assert {
                f"{topic}.{slot}" for slot in ("problem", "short", "title", "metoo", "advice", "reply")
            } <= set(rules)


def test_what_is_settled_stays():
    rules = {"a": (parse("{n} {n} {n}"),), "n": tuple(parse(str(number)) for number in range(50))}
    rng = np.random.default_rng(0)
    texts = [Draft(rules, "", rng, {}, frozenset({"n"})).say("a").split() for _ in range(20)]
    assert all(len(set(text)) == 1 for text in texts)
    assert len({text[0] for text in texts}) > 10
    assert Draft(rules, "", rng, {"n": "x"}).say("a") == "x x x"


@pytest.mark.parametrize("voice", load_voices(), ids=lambda voice: voice.name)
def test_voices_keep_handles_tags_links_and_numbers(voice):
    rng = np.random.default_rng(1)
    said = {speak("hello @Pellwick, it's #PW123 https://t.co/aBcD 2025 for you.", voice=voice, lang="en",
                  mood="angry", rng=rng) for _ in range(40)}  # fmt: skip
    assert all({"#PW123", "https://t.co/aBcD", "2025"} <= set(text.split()) for text in said)
    assert all("@Pellwick" in text for text in said)


def test_shares_add_up():
    assert sum(voice.share for voice in load_voices()) == pytest.approx(1)
    plan = Plan(n_people=100, n_months=18, random_state=0, effects=True)
    assert plan.end == pd.Timestamp("2026-01-01", tz="UTC").timestamp()
    assert (
        Plan(n_people=100, n_months=6, random_state=0, effects=True).end
        == pd.Timestamp("2025-01-01").timestamp()
    )
    starts = [start for start, _ in plan.windows.values()]
    assert starts == sorted(starts)
    assert plan.stay("help", "steady", True) > plan.stay("help", "steady", False)
