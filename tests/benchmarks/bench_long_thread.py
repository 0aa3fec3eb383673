"""One conversation of n and of 4n messages: `python -m tests.benchmarks long_thread`.

Time should grow as the messages do. INSIGHT_BENCH_MESSAGES sets n, 40,000 by default.
"""

import os
import time

import numpy as np
import pandas as pd

import insight as ins

N = int(os.environ.get("INSIGHT_BENCH_MESSAGES", "40000"))


def conversation(n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Five hundred people have ideas, ask and thank; every third message is the brand's answer to one."""
    draw = np.random.default_rng(0)
    brand = np.arange(n) % 3 == 2
    ids = np.char.mod("t:%07d", np.arange(n))
    frame = pd.DataFrame(
        {
            "mention_id": ids,
            "conversation_id": ids[0],
            "author_id": np.where(brand, "acme", np.char.mod("p%03d", draw.integers(0, 500, n))),
            "created_at": pd.Timestamp("2025-01-01", tz="UTC") + pd.to_timedelta(np.arange(n), unit="min"),
            "side": np.where(brand, "brand", "customer"),
            "reply_to_id": np.where(brand, np.roll(ids, 1), None),
            "text": np.char.mod("Could the lid have a spout, no. %d?", np.arange(n)),
        }
    )
    wants = pd.DataFrame({"mention_id": ids, "intent": draw.choice(["idea", "help", "thanks"], n)})
    wants = wants.assign(needs_answer=wants["intent"] != "thanks", challenge=False)
    return ins.as_mentions(frame.assign(time_precision="s", platform="forum")), wants[~brand]


def seconds(n: int) -> dict[str, float]:
    mentions, wants = conversation(n)
    work = {
        "loop_closed": lambda: ins.conversations.loop_closed(mentions, wants),
        "peer_help": lambda: ins.conversations.peer_help(mentions, wants),
        "first_responses": lambda: ins.first_responses(mentions, wants),
    }
    taken = {}
    for name, measure in work.items():
        began = time.process_time()
        measure()
        taken[name] = time.process_time() - began
    return taken


if __name__ == "__main__":
    seconds(N // 4)  # the first call of each loads what it needs
    once, more = seconds(N), seconds(4 * N)
    print(f"one conversation of {N:,} and of {4 * N:,} messages, CPU seconds")
    for name, took in once.items():
        print(f"{name:16} {took:6.2f} {more[name]:6.2f}  {more[name] / took:.1f} times")
