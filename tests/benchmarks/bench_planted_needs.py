"""Check needs against what was planted: their order, the latent one, and silence where nothing was planted.

python tests/benchmarks/bench_planted_needs.py [--people 4000] [--seeds 5] [--null 50]
"""

from __future__ import annotations

import sys
import tempfile
import types
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

from insight.archives import read_archive
from insight.needs.streams import compare_streams
from insight.signals import find_signals
from insight.simulate import Truth, simulate_archive

BRANDS = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}
KEY = Path(__file__).parents[1] / "fixtures" / "pseudonym.txt"


def planted(
    seed: int, *, n_people: int, effects: bool = True
) -> tuple[pd.DataFrame, Truth, object, list[str]]:
    """Return mentions, truth, the planted topics and their names."""
    with tempfile.TemporaryDirectory() as folder:
        truth = simulate_archive(folder, n_people=n_people, random_state=seed, effects=effects)
        mentions = read_archive(folder, brands=BRANDS, key=KEY).mentions
    told = mentions["mention_id"].map(truth.messages.set_index("mention_id")["topic"])
    names = sorted(told.dropna().unique())
    number = told.map({name: i for i, name in enumerate(names)}).fillna(-1).astype(int)
    assignments = pd.DataFrame({"mention_id": mentions["mention_id"], "topic": number, "similarity": 1.0})
    table = pd.DataFrame({"topic": range(len(names)), "name": names})
    return mentions, truth, types.SimpleNamespace(table=table, assignments=assignments), names


def order(seed: int, n_people: int) -> dict[str, object]:
    """Compare the order of needs with that of the people who were made to voice them, reviewers included."""
    mentions, truth, topics, names = planted(seed, n_people=n_people)
    signals = find_signals(mentions)
    needs = rank_needs(mentions, topics, signals)
    needs["planted"] = [names[topic] for topic in needs["topic"]]
    wanted = truth.needs["n_people"] + truth.needs["n_reviewers"]
    by_name = needs.set_index("planted").reindex(truth.needs["topic"])
    found = by_name["rank"].set_axis(truth.needs.index)
    low, high = (by_name[f"opportunity_{end}"].to_numpy() for end in ("low", "high"))
    size, rank = wanted.to_numpy(), found.to_numpy()
    inverted = [
        (i, j) for i in range(len(rank)) for j in range(len(rank)) if size[i] > size[j] and rank[i] > rank[j]
    ]
    rows = mentions[mentions["kind"] != "repost"]
    rival = rows[
        rows["mention_id"].map(truth.messages.set_index("mention_id")["topic"]) == "rival_discontent"
    ]
    complain = signals.loc[signals["signal"] == "complaint", "mention_id"]
    return {
        "seed": seed,
        "tau": kendalltau(-wanted, found).statistic,
        "pairs in the wrong order": len(inverted),
        "of these told apart": sum(high[i] < low[j] for i, j in inverted),
        "rank of the last": int(found.max()),
        "latent": needs.loc[needs["latent"], "planted"].tolist(),
        "planted latent": truth.needs.loc[truth.needs["latent"], "topic"].tolist(),
        "rival discontent heard": rival["mention_id"].isin(complain).mean(),
    }


def claims(seed: int, n_people: int) -> tuple[int, int, bool]:
    """Count trends claimed and tested where none is planted, and say if two random halves seem to differ."""
    mentions, _, topics, _ = planted(seed, n_people=n_people, effects=False)
    signals = find_signals(mentions, layers=("patterns",))
    needs = rank_needs(mentions, topics, signals)
    tested = needs["trend"] != "too soon to tell"
    people = mentions["author_id"].factorize()[0]
    halves = np.random.default_rng(seed).random(people.max() + 1) < 0.5
    halves = [str(halves[person]) if person >= 0 else None for person in people]
    streams = compare_streams(mentions, signals, by=halves, assignments=topics.assignments)
    return (
        int(needs["trend"].isin(["rising", "falling"]).sum()),
        int(tested.sum()),
        streams.attrs["beyond_chance"] > 0,
    )


def main() -> None:
    """Print both tables."""
    n_people, n_seeds, n_null = (
        int(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else default
        for name, default in (("--people", 4000), ("--seeds", 5), ("--null", 50))
    )
    rows = []
    for seed in range(n_seeds):
        rows.append(order(seed, n_people))
        print(rows[-1], flush=True)
    found = [claims(seed, 300) for seed in range(n_null)]
    if found:
        claimed, tested, differ = (sum(column) for column in zip(*found, strict=True))
        archives = sum(claim > 0 for claim, _, _ in found)
        print(f"null archives: {claimed} of {tested} trends claimed, in {archives} of {n_null} archives;")
        print(f"random halves of people said to differ in {differ} of {n_null}, 5 % of them expected")


if __name__ == "__main__":
    main()
