"""What each message wants of the brand: help, complaint, idea, or no request."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import among, is_repost, need_columns
from insight.text.clean import sentence_at
from insight.text.patterns import has_cue, read_cues
from insight.timeline.rows import timeline
from insight.timeline.threads import parent_rows

INTENTS = ("help", "complaint", "idea", "compliment", "thanks", "other")
NEEDS_ANSWER = ("help", "complaint", "idea")

_NEEDED = ("mention_id", "text", "title", "side", "kind", "reposted_id", "reply_to_id", "lang")
_STR = pd.StringDtype("pyarrow", na_value=float("nan"))
INTENT = pd.CategoricalDtype(pd.Index(INTENTS, dtype=_STR), ordered=True)


def intents(mentions: pd.DataFrame, signals: pd.DataFrame) -> pd.DataFrame:
    """Say of each message whether it asks, complains, suggests, praises, thanks or wants nothing.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table; messages of the brand's side are left out. A boolean column `automated`, if there
        is one, marks bots.
    signals : DataFrame
        `find_signals` of the same mentions.

    Returns
    -------
    DataFrame
        One row a message, by time.

        - mention_id
        - intent : help, complaint, idea, compliment, thanks or other, in this order of urgency; missing where
          `lang` says that the message is not in English and was not analysed
        - needs_answer : the intent is help, complaint or idea
        - challenge : it takes the brand to task, whatever else it wants
        - asks, complains, suggests, praises, thanks : each on its own, as many as are detected; False where
          the message was not analysed. Their shares overlap

    Notes
    -----
    The first that applies: *idea*, a wish of which the rules are at least as sure as of any complaint;
    *help*, a question or a plea; *complaint*, a complaint or the announcement to leave; *idea*, any other
    wish; *thanks*, thanks in reply to the brand; *compliment*, praise; *thanks*; else *other*, such as small
    talk, advice to others, reposts and bots. A question that only vents ("Seriously?") counts where nothing
    is complained of, and one that makes small talk ("What are you drinking?") never. The words of these, of a
    plea and of a challenge are in `insight/text/cues/conversations.toml`.

    Four intents that answer "what portion of customers are looking for help, or voicing a concern". By rules:
    about a third of the sample archive's planted intents come out otherwise: a complaint put as a question is
    detected as *help*, and what none of the rules knows as *other*. In three of four messages the planted one
    is among all that are detected. Whether a message needs an answer is right for five in six. So read the
    shares, not the single message.

    Examples
    --------
    >>> import insight as ins
    >>> mentions = ins.example()
    >>> intents(mentions, ins.find_signals(mentions))[["mention_id", "intent", "needs_answer"]].head(3)
      mention_id  intent  needs_answer
    0        x:1    help          True
    1        x:3  thanks         False
    2        x:4    help          True
    """
    need_columns(mentions, "mentions", _NEEDED)
    need_columns(signals, "signals", ["mention_id", "signal", "probability"])
    ordered = timeline(mentions, undated=True)
    brand = ordered["role"].isin(["brand", "rival"]).to_numpy(bool)
    parents = parent_rows(ordered)
    to_brand = (parents >= 0) & brand[parents]
    sure = _sure(ordered["mention_id"], signals)
    trouble = sure[["complaint", "leaving"]].max(axis=1)
    cues = read_cues("conversations")
    asks, vents = _questions(ordered, signals)
    asks = asks | has_cue(ordered["text"], cues["plea"]) | (vents & (trouble == 0).to_numpy())
    chosen = np.select(
        [
            (sure["wish"] > 0) & (sure["wish"] >= trouble),
            asks,
            trouble > 0,
            sure["wish"] > 0,
            (sure["thanks"] > 0) & to_brand,
            sure["praise"] > 0,
            sure["thanks"] > 0,
        ],
        ["idea", "help", "complaint", "idea", "thanks", "compliment", "thanks"],
        default="other",
    )
    idle = is_repost(ordered) | (ordered["role"] == "automated").to_numpy(bool)
    lang = ordered["lang"].astype(object).fillna("und").astype("str").str.lower()
    foreign = ~lang.str.split("-").str[0].isin(["en", "und", ""]).to_numpy(bool)
    analysed = ~idle & ~foreign
    intent = pd.Series(np.where(idle, "other", chosen), dtype=_STR).mask(foreign & ~idle)
    table = pd.DataFrame(
        {
            "mention_id": ordered["mention_id"],
            "intent": intent.astype(INTENT),
            "needs_answer": intent.isin(NEEDS_ANSWER).to_numpy(bool),
            "challenge": has_cue(ordered["text"], cues["challenge"]) & ~idle,
            "asks": asks & analysed,
            "complains": (trouble > 0).to_numpy() & analysed,
            "suggests": (sure["wish"] > 0).to_numpy() & analysed,
            "praises": (sure["praise"] > 0).to_numpy() & analysed,
            "thanks": (sure["thanks"] > 0).to_numpy() & analysed,
        }
    )
    return table[~brand].reset_index(drop=True)


def _questions(mentions: pd.DataFrame, signals: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return which messages ask, and which put a question that only vents."""
    found = signals[(signals["signal"] == "question") & among(signals["mention_id"], mentions["mention_id"])]
    if "sentence" not in found.columns:
        return among(mentions["mention_id"], found["mention_id"]), np.zeros(len(mentions), bool)
    place = pd.Index(mentions["mention_id"]).get_indexer(found["mention_id"])
    texts, titles = mentions["text"].to_numpy(object), mentions["title"].fillna("").to_numpy(object)
    questions = [
        sentence_at(texts[row], number, title=titles[row])
        for row, number in zip(place, found["sentence"], strict=True)
    ]
    cues = read_cues("conversations")
    vents, chats = has_cue(questions, cues["rhetorical"]), has_cue(questions, cues["smalltalk"])
    real, only = np.zeros(len(mentions), bool), np.zeros(len(mentions), bool)
    real[place[~vents & ~chats]] = True
    only[place[vents]] = True
    return real, only


def _sure(ids: pd.Series, signals: pd.DataFrame) -> pd.DataFrame:
    """Return for each message the probability of its surest sentence, by signal; 0 without one."""
    names = ["wish", "question", "complaint", "leaving", "praise", "thanks"]
    found = signals[signals["signal"].isin(names)].astype({"signal": "str"})
    table = found.pivot_table(index="mention_id", columns="signal", values="probability", aggfunc="max")
    return table.reindex(index=ids, columns=names).fillna(0.0).reset_index(drop=True)


def with_wants(mentions: pd.DataFrame, intents: pd.DataFrame | None) -> tuple[pd.DataFrame, pd.Series]:
    """Return the timeline and what each message wants; without `intents` all want something."""
    ordered = timeline(mentions)
    if intents is None:
        return ordered, pd.Series(NEEDS_ANSWER[0], ordered.index, dtype=object)
    need_columns(intents, "intents", ["mention_id", "intent"])
    wants = intents.drop_duplicates("mention_id").set_index("mention_id")["intent"].astype(object)
    return ordered, ordered["mention_id"].map(wants).astype(object)
