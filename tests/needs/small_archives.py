"""Small invented archives in which problems were planted, and what of them was found."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd

from insight.mentions import as_mentions
from insight.needs import Needs

HERE = Path(__file__).with_name("small_archives.toml")
DAYS = ["Monday", "Tuesday", "Thursday", "Friday", "Saturday"]
PEOPLE = ["my sister", "a friend", "my neighbour", "my husband", "my dad"]
ROWS = 400


def small_archive(name: str, path: Path = HERE, *, random_state: int = 0) -> pd.DataFrame:
    """Return 400 messages with the planted problem of each in `planted`, missing where there is none."""
    about = tomllib.loads(path.read_text("utf-8"))[name]
    rng = np.random.default_rng(random_state)

    def said(texts: list[str], at: int | None = None) -> str:
        text = texts[at % len(texts) if at is not None else rng.integers(len(texts))]
        filled = {"n": rng.integers(2, 9), "day": rng.choice(DAYS), "who": rng.choice(PEOPLE)}
        return text.format(**filled)

    rows = []
    for problem, own in about["problems"].items():
        for at in range(own["people"]):
            parts = [said(own["texts"], at)]
            parts += [said(about["chatter"])] * (rng.random() < 0.5)
            parts += [said(about["praise"])] * (rng.random() < 0.15)
            rows.append((problem, " ".join(rng.permutation(parts)), rng.choice([0, 0, 0.25, 0.25, 0.5])))
    rows += [
        (None, said(about["alone"], at), rng.choice([0.25, 0.5])) for at in range(3 * len(about["alone"]))
    ]
    while len(rows) < ROWS:
        parts = [
            said(about["praise"] if rng.random() < 0.65 else about["chatter"])
            for _ in range(rng.integers(1, 3))
        ]
        rows.append((None, " ".join(parts), rng.choice([0.75, 1, 1])))
    frame = pd.DataFrame(rows, columns=["planted", "text", "rating"])
    frame = frame.sample(frac=1, random_state=random_state, ignore_index=True)
    frame["mention_id"] = frame["author_id"] = [f"{name}-{at}" for at in range(len(frame))]
    if not about["rated"]:
        frame["rating"] = np.nan
    mentions = as_mentions(frame.drop(columns="planted").assign(side="customer"))
    return mentions.assign(planted=mentions["mention_id"].map(frame.set_index("mention_id")["planted"]))


def recovered(needs: Needs, mentions: pd.DataFrame, name: str, path: Path = HERE) -> pd.DataFrame:
    """Of each planted problem: people, the best need, its recall, precision, rank, and if its name fits."""
    about = tomllib.loads(path.read_text("utf-8"))[name]["problems"]
    planted = mentions.set_index("mention_id")["planted"]
    rows = needs.members[needs.members["need"].notna() & (needs.members["need"] != "general")]
    rows = rows.assign(planted=rows["mention_id"].map(planted)).drop_duplicates(["mention_id", "need"])
    table = needs.table.set_index("need")
    found = {}
    for problem, own in about.items():
        hits = (
            rows.loc[rows["planted"] == problem, "need"]
            .value_counts()
            .sort_index()
            .sort_values(kind="stable")
        )
        best = str(hits.index[-1]) if len(hits) else None
        n = int((rows["need"] == best).sum()) if best else 0
        called = str(table.loc[best, "name"]) if best else ""
        found[problem] = {
            "people": own["people"],
            "name": called,
            "rank": table.loc[best, "rank"] if best else np.nan,
            "recall": hits.iloc[-1] / own["people"] if best else 0.0,
            "precision": hits.iloc[-1] / n if best else 0.0,
            "named": any(word in called.lower() for word in own["names"]),
            "needs": len(hits),
        }
    return pd.DataFrame(found).T
