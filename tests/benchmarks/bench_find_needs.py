"""Needs against labels, against known problems, and as cards for a reader; on the data in INSIGHT_REAL_DATA.

python -m tests.benchmarks find_needs                     groups against labels, and known problems
python tests/benchmarks/bench_find_needs.py --cards DIR   the first 15 cards of six archives, to be judged;
                                                          nothing was chosen on the sixth, reviews
python tests/benchmarks/bench_find_needs.py --only airline [--no-bertopic] [--most 2000 (messages drawn)]
python tests/benchmarks/bench_find_needs.py --thresholds  what other thresholds of needs/groups.py cost
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import runpy
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_mutual_info_score

import insight.text
from insight.mentions import as_mentions
from insight.needs import Needs, find_needs
from insight.needs.phrases import grammar, stem, words_of
from insight.signals.find_signals import find_signals
from insight.text.clean import split_sentences
from insight.text.encode import encode
from insight.topics import fit_topics

DATA = Path(os.environ.get("INSIGHT_REAL_DATA", "shared"))
MOST = 3000
"""Sentences that BERTopic is given."""

KNOWN = {
    "airline": {
        "lost bag": r"(?:lost|missing|find|where|no) (?:\w+ ){0,3}(?:bags?|luggage|baggage)\b",
        "delay": r"\bdelay",
        "cancelled": r"\bcancel",
        "on hold": r"\bon hold\b",
        "rude staff": r"\brude\b",
        "refund": r"\brefund",
        "no reply": r"\bno (?:response|reply|answer)|\b(?:respond|reply)\b",
        "wi-fi": r"\bwi-?fi\b",
        "missed connection": r"\bmiss\w* (?:\w+ ){0,3}(?:connection|connecting|flight)",
        "customer service": r"\bcustomer service\b",
    },
    "apps": {
        "crash": r"\bcrash",
        "freeze": r"\bfr(?:eez|oz)",
        "log-in": r"\blog(?:ging)? ?in\b|\bsign in\b|\bpassword",
        "upload": r"\bupload",
        "sync": r"\bsync",
        "slow": r"\bslow|\bforever to load",
        "will not open": r"(?:n.t|not|never) (?:\w+ ){0,2}open\b",
        "bugs": r"\bbugs?\b|\bbuggy\b",
        "battery": r"\bbattery\b",
        "advertisements": r"\bads?\b|\badvert",
    },
    "spotify": {
        "log-in": r"\blog(?:ged|ging)? (?:\w+ )?(?:in|into|out|back)\b|\bsign in\b|\bpassword",
        "will not play": r"(?:n.t|not|nothing|cannot|cant) (?:\w+ ){0,3}play",
        "stops playing": r"\b(?:stop|paus|cut)\w* (?:\w+ ){0,2}(?:play|music|song|off|every|random)",
        "offline": r"\boffline\b",
        "shuffle": r"\bshuffl",
        "crash": r"\bcrash|\bfreez",
        "charged": r"\bcharg|\brefund",
        "student": r"\bstudent",
        "song not available": r"\b(?:un|not )available\b|\bgreyed\b",
        "hacked": r"\bhack",
    },
    "twcs": {
        "delayed flight": r"\bdelay|\blate\b",
        "refund": r"\brefund",
        "not delivered": r"deliver|\bparcel|\bpackage",
        "no internet": r"\binternet|\bbroadband|\bwi-?fi\b",
        "battery": r"\bbattery\b",
        "update": r"\bupdat|\bios ?11",
        "cannot log in": r"\blog(?:ged|ging)? (?:in|into|on)\b|\bpassword",
        "on hold": r"\bon hold\b",
        "no reply": r"\bno (?:response|reply|answer)|n.t (?:respond|repl|answer)",
        "rude staff": r"\brude\b",
    },
    "issues": {
        "build fails": r"\bbuild|\bcompil",
        "crash": r"\bcrash|segmentation fault|\bsegfault",
        "memory": r"memory leak|out of memory|\boom\b",
        "install": r"\binstall",
        "import error": r"\bimport\w* ?error|cannot import|\bmodulenotfound",
        "documentation": r"\bdocument|\bdocs\b",
        "slow": r"\bslow|performance",
        "hangs": r"\bhang|\bfreez|\bstuck\b",
        "GPU": r"\bgpu\b|\bcuda\b",
        "wrong result": r"(?:wrong|incorrect) (?:\w+ ){0,2}(?:result|output|value)",
    },
}
"""Problems that a product manager would look for, and the words that people say them in."""


ARCHIVES = ("airline", "apps", "spotify", "twcs", "issues", "reviews")


def read(name: str) -> pd.DataFrame:
    """Return text, title, author_id, rating, channel and label of one archive, as mentions."""
    files = {
        "airline": "airline", "apps": "app_reviews_maalej", "banking": "banking77_train",
        "issues": "issues_bug_feature_question", "spotify": "support_inbound_spotify",
        "reviews": "informative_reviews",
    }  # fmt: skip
    path = DATA / "archives/twcs/twcs.csv" if name == "twcs" else DATA / f"labelled/{files[name]}.csv.gz"
    raw = pd.read_csv(path, on_bad_lines="skip")
    if "inbound" in raw:
        raw = raw[raw["inbound"].astype(str) == "True"]
    raw = raw.reset_index(drop=True)
    one = pd.Series(range(len(raw)), index=raw.index).astype(str)
    columns = {
        "airline": ("text", "name", None, "negativereason", None),
        "apps": ("text", None, "title", "app", "stars"),
        "banking": ("text", None, None, "intent", None),
        "issues": ("body", None, "title", "repo", None),
        "reviews": ("text", None, None, "app", "stars"),
    }.get(name, ("text", "author_id", None, None, None))
    text, person, title, label, stars = (None if column is None else raw[column] for column in columns)
    frame = pd.DataFrame(
        {"mention_id": one, "text": text.fillna(""), "author_id": one if person is None else person}
    )
    frame["title"] = "" if title is None else title.fillna("")
    frame["channel"] = label if name in ("apps", "issues") else None
    frame["rating"] = np.nan if stars is None else (pd.to_numeric(stars) - 1) / 4
    mentions = as_mentions(frame.astype({"author_id": "str"}))
    labels = pd.Series("", index=raw.index) if label is None else label.fillna("").astype(str)
    return mentions.assign(label=mentions["mention_id"].map(labels.set_axis(one)).to_numpy())


def sentences(needs: Needs, mentions: pd.DataFrame) -> pd.DataFrame:
    """Return what people said, sentence by sentence, with need, person and label."""
    rows = needs.members[~needs.members["echo"]].merge(mentions, on="mention_id")
    source = rows["title"].where(rows["sentence"] < 0, rows["text"])
    rows["said"] = [text[a:b] for text, a, b in zip(source, rows["start"], rows["end"], strict=True)]
    return rows


def score(labels: pd.Series, groups: pd.Series, people: pd.Series) -> dict[str, float]:
    """Return AMI, B-cubed precision and recall, and the share of people with the label of their group."""
    cells = pd.DataFrame(
        {"label": labels.to_numpy(), "group": groups.to_numpy(), "person": people.to_numpy()}
    )
    both = cells.groupby(["label", "group"]).size().rename("n").reset_index()
    size = {side: both[side].map(cells.groupby(side).size()) for side in ("label", "group")}
    most = both.sort_values("n").drop_duplicates("group", keep="last").set_index("group")["label"]
    pure = (cells["label"] == cells["group"].map(most)).groupby(cells["person"]).any()
    return {
        "AMI": adjusted_mutual_info_score(cells["label"], cells["group"]),
        "B3 precision": (both["n"] ** 2 / size["group"]).sum() / len(cells),
        "B3 recall": (both["n"] ** 2 / size["label"]).sum() / len(cells),
        "people in a group of their label": pure.mean(),
    }


def groupings(name: str, mentions: pd.DataFrame, rows: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Yield each way to group the sentences, missing where it puts one in no group."""
    yield "find_needs", rows["need"].mask(rows["need"] == "general")
    topic = fit_topics(mentions).assignments.set_index("mention_id")["topic"]
    topic = rows["mention_id"].map(topic)
    yield "topics of whole messages", topic.mask(topic < 0)
    if (DATA / "references/needs_by_sentence.py").is_file():
        yield "needs_by_sentence.py", by_sentence(mentions, rows)
    if "--no-bertopic" not in sys.argv:
        from bertopic import BERTopic

        some = rows["said"].drop_duplicates().sample(min(MOST, rows["said"].nunique()), random_state=0)
        model = BERTopic().fit(some.tolist(), encode(some))
        found = pd.Series(model.topics_, index=some.to_numpy())
        yield f"BERTopic, {len(some):,} sentences", rows["said"].map(found.mask(found < 0))


def by_sentence(mentions: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Run the sketch that find_needs started from; its groups of fewer than eight people are none."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        path = Path(folder) / "archive.csv"
        mentions.assign(inbound=True)[["inbound", "text", "author_id"]].to_csv(path, index=False)
        argv, sys.argv = sys.argv, ["needs_by_sentence.py", str(path)]
        insight.__dict__.setdefault("encode", encode)  # where the sketch looks for them
        insight.text.__dict__.setdefault("split_sentences", split_sentences)
        try:
            made = runpy.run_path(str(DATA / "references/needs_by_sentence.py"))
        finally:
            sys.argv = argv
    need, texts = made["need"], made["texts"]
    large = need.groupby("group")["person"].transform("nunique") >= 8
    need = need.assign(text=[texts[at] for at in need["mention_id"]])[large]
    return rows["text"].map(need.drop_duplicates("text").set_index("text")["group"])


def compare(name: str) -> Needs:
    """Print how groups agree with labels, and how known problems are found."""
    mentions, began = read(name), time.perf_counter()
    if "--most" in sys.argv:
        most = int(sys.argv[sys.argv.index("--most") + 1])
        mentions = mentions.sample(min(most, len(mentions)), random_state=0).sort_values("mention_id")
    signals = find_signals(mentions)
    half = time.perf_counter()
    needs = find_needs(mentions, signals)
    rows = sentences(needs, mentions)
    took = f"signals {half - began:.0f} s, needs {time.perf_counter() - half:.0f} s"
    print(f"\n{name}: {len(mentions):,} messages, {took}")
    labelled = rows[~rows["label"].isin(["", "Can't Tell"])]
    if len(labelled):
        table = {}
        for what, groups in groupings(name, mentions, labelled):
            held = groups.notna()
            table[what] = {"share grouped": held.mean(), "groups": groups.nunique()}
            table[what] |= score(labelled["label"][held], groups[held], labelled["author_id"][held])
        print(pd.DataFrame(table).T.round(3).to_string())
    if name in KNOWN:
        print(known_problems(rows, KNOWN[name]).round(2).to_string())
    print("in no need:", ", ".join(f"{word} {n}" for word, n in left_out(rows, needs.brands)))
    return needs


def left_out(rows: pd.DataFrame, brands: frozenset[str]) -> list[tuple[str, int]]:
    """Return the ten words of most need sentences that no need holds."""
    nowhere = rows.loc[rows["need"].isna() | (rows["need"] == "general"), "said"].drop_duplicates()
    words = Counter(stem(word) for said in nowhere for word in set(words_of(said)) - brands - grammar())
    return words.most_common(10)


THRESHOLDS = {
    "NEAR": (0.36, 0.42, 0.48),
    "SAID": (0.6, 0.7, 0.8),
    "COHERENT": (0.5, 0.6, 0.7),
    "MERGED": (0.55, 0.6, 0.65),
}


def thresholds(names: tuple[str, ...]) -> None:
    """Print how groups agree with labels where one threshold is another."""
    modules = [importlib.import_module(f"insight.needs.{name}") for name in ("groups", "parts")]
    homes = {name: [module for module in modules if hasattr(module, name)] for name in THRESHOLDS}
    usual = {name: getattr(homes[name][0], name) for name in THRESHOLDS}
    for archive in names:
        mentions = read(archive)
        signals, found = find_signals(mentions), {}
        for name, values in THRESHOLDS.items():
            for value in values:
                if value == usual[name] and any("as they are" in key for key in found):
                    continue
                for module in homes[name]:
                    setattr(module, name, value)
                rows = sentences(find_needs(mentions, signals), mentions)
                for module in homes[name]:
                    setattr(module, name, usual[name])
                rows = rows[~rows["label"].isin(["", "Can't Tell"])]
                own = rows["need"].mask(rows["need"] == "general")
                held = own.notna()
                key = "as they are" if value == usual[name] else f"{name} {value}"
                found[key] = {"share grouped": held.mean(), "groups": own.nunique()}
                found[key] |= score(rows["label"][held], own[held], rows["author_id"][held])
        print(f"\n{archive}\n{pd.DataFrame(found).T.round(3).to_string()}", flush=True)


def known_problems(rows: pd.DataFrame, queries: dict[str, str]) -> pd.DataFrame:
    """Of each problem: people whose need sentences match, recall and precision of the best need."""
    found = {}
    grouped = rows[rows["need"].notna() & (rows["need"] != "general")]
    for problem, query in queries.items():
        wanted = set(rows.loc[rows["said"].str.contains(query, case=False), "author_id"])
        best = {"people": len(wanted), "recall": 0.0, "precision": 0.0}
        for _, own in grouped.groupby("need"):
            people = set(own["author_id"])
            hits = len(wanted & people)
            if hits > best["recall"] * max(1, len(wanted)):
                best |= {"recall": hits / len(wanted), "precision": hits / len(people)}
        found[problem] = best
    table = pd.DataFrame(found).T
    table.loc["median"] = table.median()
    return table


def cards(folder: Path) -> None:
    """Write the first 15 needs of each archive, five random sentences each, for another person to judge."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ARCHIVES:
        mentions = read(name)
        needs = find_needs(mentions, find_signals(mentions))
        rows, n = sentences(needs, mentions), needs.table.attrs["n_people"]
        lines = [f"# {name}: the first 15 needs of {n:,} people, five random sentences each"]
        shown = needs.table[~needs.table["general"]]
        for need in shown.head(15).itertuples():
            said = rows.loc[rows["need"] == need.need, "said"].drop_duplicates()
            drawn = said.sample(min(5, len(said)), random_state=0)
            lines += [
                "",
                f"## {need.name} ({need.n_people} people)",
                *(f"- {' '.join(text.split())}" for text in drawn),
            ]
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{folder / name}.txt")


def main() -> None:
    """Compare on every labelled set, or write cards."""
    if "--cards" in sys.argv:
        cards(Path(sys.argv[sys.argv.index("--cards") + 1]))
        return
    if "--thresholds" in sys.argv:
        thresholds(("airline", "banking"))
        return
    only = sys.argv[sys.argv.index("--only") + 1].split(",") if "--only" in sys.argv else None
    for name in only or ("airline", "apps", "banking", "issues", "spotify", "twcs"):
        compare(name)


if __name__ == "__main__":
    main()
