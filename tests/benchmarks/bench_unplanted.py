"""What the measures find in an archive where nothing is planted: `python -m tests.benchmarks unplanted`.

Writes 50 archives without effects, of 300 people and 6 months each, and counts by measure in how many of them
anything was found; the first weeks, in which an archive fills up, are left out. Takes about ten minutes.
"""

import sys
import tempfile
import warnings
from collections import Counter

import pandas as pd

import insight as ins
from insight.stats.intervals import wilson
from tests.simulate import simulate_archive

SEEDS = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 50
BRANDS = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}
SETTLED = pd.Timestamp("2024-08-01", tz="UTC")

found: Counter[str] = Counter()
counts: Counter[str] = Counter()
for seed in range(SEEDS):
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", ins.InsightWarning)
        simulate_archive(folder, n_people=300, n_months=6, random_state=seed, effects=False)
        mentions = ins.read_archive(folder, brands=BRANDS, include_private=True).mentions
        signals = ins.find_signals(mentions)
        wants = ins.conversations.intents(mentions, signals)
        responses = ins.first_responses(mentions, wants)
        days = ins.spikes(mentions)
        storms = ins.incidents.storms(mentions, signals)
        escalated = ins.conversations.escalations(mentions, wants)
        advocates = ins.people.advocates(mentions, signals).iloc[-1]
        channels = ins.conversations.channels(responses)
        mixed = channels[channels["intent"] == "same mix"]
        here = {
            "spikes: a flagged day": int((days["flagged"] & (days["day"] >= "2024-08-01")).sum()),
            "storms: a storm": storms.loc[storms["start"] >= SETTLED, "storm"].nunique(),
            "outages: an outage": ins.incidents.outages(mentions)["outage"].nunique(),
            "hashtag_audit: a flagged post": int(
                ins.conversations.hashtag_audit(mentions, brand="Pellwick")["flagged"].sum()
            ),
            "rivals: a flagged change": int(ins.rivals(mentions, signals)["flagged"].sum()),
            "escalations: a joined case": escalated.attrs["n_escalated"],
            "advocates: beyond chance (5 %)": int(advocates["p_value"] <= 0.05),
        }
        copied = ins.conversations.form_letters(mentions, brand="Pellwick").iloc[0]
        found.update({name for name, n in here.items() if n})
        gaps = mixed[["gap_low", "gap_high"]].dropna()
        counts.update(
            {
                "channels: gaps": len(gaps),
                "channels: gaps that leave out 0": int(
                    ((gaps["gap_low"] > 0) | (gaps["gap_high"] < 0)).sum()
                ),
                "replies": int(copied["n"]),
                "replies marked as copied": int(copied["n_marked"]),
                "public messages": escalated.attrs["n_public"],
                "messages that say they were tried before": int(escalated["says_so"].sum()),
                "people": int(advocates["n"]),
                "advocates": int(advocates["n_advocates"]),
                "advocates by chance (hundredths)": round(100 * advocates["n_by_chance"]),
                **{f"{name}, in all": n for name, n in here.items()},
            }
        )
print(f"{SEEDS} archives without effects; the share of them with")
for name in here:
    low, high = wilson(found[name], SEEDS)
    print(f"  {name:32} {found[name] / SEEDS:5.0%}  ({float(low):.0%} to {float(high):.0%})")
for part, whole in (
    ("channels: gaps that leave out 0", "channels: gaps"),
    ("replies marked as copied", "replies"),
    ("messages that say they were tried before", "public messages"),
    ("advocates", "people"),
):
    print(f"{part}: {counts[part]:,} of {counts[whole]:,} ({counts[part] / counts[whole]:.2%})")
print(f"advocates that chance alone would bring: {counts['advocates by chance (hundredths)'] / 100:.1f}")
