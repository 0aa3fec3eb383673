"""Check needs against what was planted: their order, the latent one, and silence where nothing was planted.

python tests/benchmarks/bench_planted_needs.py [--people 4000] [--seeds 5] [--null 50]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

from insight.archives import read_archive
from insight.needs import Needs, compare_streams, find_needs
from insight.signals.find_signals import find_signals
from tests.simulate import Truth, simulate_archive

BRANDS = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}
KEY = Path(__file__).parents[1] / "fixtures" / "pseudonym.txt"


def planted(seed: int, *, n_people: int, effects: bool = True) -> tuple[pd.DataFrame, Truth]:
    """Return mentions and truth."""
    with tempfile.TemporaryDirectory() as folder:
        truth = simulate_archive(folder, n_people=n_people, random_state=seed, effects=effects)
        return read_archive(folder, brands=BRANDS, key=KEY).mentions, truth


def about(needs: Needs, mentions: pd.DataFrame, truth: Truth) -> pd.Series:
    """Return what was planted in most messages of each need."""
    topic = truth.messages.set_index("mention_id")["topic"]
    rows = needs.members[needs.members["need"].notna()]
    planted = rows["mention_id"].map(topic)
    return planted.groupby(rows["need"]).agg(
        lambda own: own.value_counts().index[0] if own.notna().any() else None
    )


def order(seed: int, n_people: int) -> dict[str, object]:
    """Compare the order of needs with that of the people who were made to voice them, reviewers included."""
    mentions, truth = planted(seed, n_people=n_people)
    needs = find_needs(mentions, find_signals(mentions))
    table = needs.table.assign(planted=needs.table["need"].map(about(needs, mentions, truth)))
    wanted = truth.needs["n_people"] + truth.needs["n_reviewers"]
    found = truth.needs["topic"].map(table[~table["general"]].groupby("planted")["rank"].min())
    return {
        "seed": seed,
        "tau": kendalltau(-wanted, found, nan_policy="omit").statistic,
        "not found": truth.needs.loc[found.isna(), "topic"].tolist(),
        "rank of the last": found.max(),
        "latent": table.loc[table["latent"], "planted"].tolist(),
        "planted latent": truth.needs.loc[truth.needs["latent"], "topic"].tolist(),
        "names": table["name"].head(12).tolist(),
    }


def claims(seed: int, n_people: int) -> tuple[int, int, bool]:
    """Count trends claimed and tested where none is planted, and say if two random halves seem to differ."""
    mentions, _ = planted(seed, n_people=n_people, effects=False)
    signals = find_signals(mentions, layers=("patterns",))
    needs = find_needs(mentions, signals).table
    tested = needs["trend"] != "too soon to tell"
    people = mentions["author_id"].factorize()[0]
    halves = np.random.default_rng(seed).random(people.max() + 1) < 0.5
    halves = [str(halves[person]) if person >= 0 else None for person in people]
    streams = compare_streams(mentions, signals, by=halves)
    return (
        int(needs["trend"].isin(["rising", "falling"]).sum()),
        int(tested.sum()),
        streams.attrs["significant"] > 0,
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
