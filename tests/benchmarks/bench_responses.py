"""First responses on a million mentions: `python -m tests.benchmarks responses`."""

import time

import numpy as np
import pandas as pd

import insight as ins

N_MENTIONS, N_THREADS, N_PEOPLE, N_AGENTS, RUNS = 1_000_000, 250_000, 200_000, 50, 3


def mentions() -> pd.DataFrame:
    """Threads of a person and a brand; three in five of the brand's messages name the one they answer."""
    rng = np.random.default_rng(0)
    thread = rng.integers(0, N_THREADS, N_MENTIONS)
    opened = rng.integers(0, 365 * 86_400, N_THREADS)
    second = opened[thread] + rng.exponential(86_400, N_MENTIONS).astype(int)
    order = np.lexsort((second, thread))
    thread, second = thread[order], second[order]
    brand = rng.random(N_MENTIONS) < 0.4
    person = np.char.mod("p%06d", rng.integers(0, N_PEOPLE, N_THREADS))[thread]
    frame = pd.DataFrame(
        {
            "mention_id": np.char.mod("x:%07d", np.arange(N_MENTIONS)),
            "conversation_id": np.char.mod("x:%06d", thread),
            "author_id": np.where(brand, np.char.mod("a%02d", rng.integers(0, N_AGENTS, N_MENTIONS)), person),
            "created_at": pd.Timestamp("2025-01-01", tz="UTC") + pd.to_timedelta(second, unit="s"),
            "side": np.where(brand, "brand", "customer"),
            "channel": np.char.mod("c%d", thread % 5),
            "addressed": np.where(brand, None, rng.random(N_MENTIONS) < 0.8),
        }
    )
    last_of_person = frame["mention_id"].where(~brand).groupby(thread).ffill()
    linked = brand & (rng.random(N_MENTIONS) < 0.6)
    return ins.as_mentions(
        frame.assign(reply_to_id=last_of_person.where(linked), time_precision="s", platform="x")
    )


def seconds(work) -> tuple[float, float]:
    """The least processor and the least wall seconds: what else runs here can only add to them."""
    taken = []
    for _ in range(RUNS):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        taken.append((time.process_time() - cpu, time.perf_counter() - wall))
    return tuple(map(min, zip(*taken, strict=True)))


table = mentions()
responses = ins.first_responses(table)
print(f"{len(table):,} mentions, {len(responses):,} waits, {responses['responded'].mean():.1%} answered")
WORK = {
    "first_responses (budget 3 s)": lambda: ins.first_responses(table),
    "response_curve(by='channel')": lambda: ins.response_curve(responses, by="channel"),
    "response_rate(by='channel')": lambda: ins.response_rate(responses, by="channel"),
}
for name, work in WORK.items():
    cpu, wall = seconds(work)
    print(f"{name:30} {cpu:6.2f} s of processor time, {wall:6.2f} s on the wall")
