"""The six questions of the first screen, each answered in a sentence that can be checked further down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from insight.stats.kaplan_meier import ROUNDING
from insight.timeline.persons import count_people

from . import format as wording
from .file_card import abilities, n_copies
from .promises import kept_word, triage_sentence
from .results import Results
from .staying_room import drift_sentence, growth_sentence, newcomers_sentence

if TYPE_CHECKING:
    from insight.archives import ImportReport

    from .changes import Changes

_MANY_COPIES = 0.05
"""Above this share of copies a reader must know at once."""

QUESTIONS = (
    "What is this file, and how far can I trust it?",
    "What do people need that they do not have?",
    "What changed since last time?",
    "Who is waiting, and do we answer?",
    "Are people staying?",
    "What should we do next?",
)


def six_answers(
    results: Results, report: ImportReport, *, tz: str, actions: list[dict[str, str]]
) -> list[dict[str, Any]]:
    """Answer the six questions; each answer has a lead (the finding), a detail and a place to look."""
    told = [
        file_answer(results, report),
        needs_answer(results),
        changes_answer(results),
        responses_answer(results, tz=tz),
        retention_answer(results),
        {
            "lead": "",
            "detail": kept_word(results),
            "href": "#next",
            "link": "The rules behind",
            "actions": actions[:3],
        },
    ]
    return [
        {"question": question, "actions": [], **answer}
        for question, answer in zip(QUESTIONS, told, strict=True)
    ]


def file_answer(results: Results, report: ImportReport) -> dict[str, Any]:
    """Tell how much there is, how much of it was left out, and what it cannot answer."""
    n_read, n_out = (int(report.files[column].sum()) for column in ("rows_read", "rows_set_aside"))
    n_people = count_people(results.mentions)
    share = wording.share(n_out / max(1, n_read))
    aside = (
        f"{wording.count(n_out)} of {wording.count(n_read, 'row')} ({share}) set aside, each with its reason"
    )
    told = [
        f"{aside if n_out else 'No row set aside'}{_two_in_a_row(results, report, n_read - n_out)}; "
        f"{wording.count(len(report.notes) + len(results.doubts), 'doubt')} noted."
    ]
    copied = n_copies(results.mentions) / max(1, len(results.mentions))
    if copied > _MANY_COPIES:
        told.append(f"{wording.share(copied)} of the messages repeat an earlier one and count once.")
    cannot = [row["question"] for row in abilities(results.mentions) if not row["can"]]
    told.append(
        f"It cannot tell {wording.listing(cannot)}." if cannot else "It can tell all that is asked below."
    )
    return {
        "lead": f"{wording.count(len(results.mentions), 'message')} {wording.by_people(n_people)}.",
        "detail": " ".join(told),
        "href": "#file",
        "link": "The file",
    }


def _two_in_a_row(results: Results, report: ImportReport, n_kept: int) -> str:
    """Say why there are more messages than rows, where the whole import is told of."""
    n = len(results.mentions)
    if n != report.n_mentions or n <= n_kept:
        return ""
    messages = wording.count(n, "message")
    return f"; the other {wording.count(n_kept)} hold {messages}, as a review holds its answer"


def shown_needs(results: Results) -> pd.DataFrame:
    """Give the ranked needs; the ranking leaves out those of too few people."""
    return pd.DataFrame() if results.needs is None else results.needs


def shown_topics(results: Results) -> pd.DataFrame:
    """Keep the topics of enough people to be shown."""
    table = results.topics.table
    return table[(table["topic"] >= 0) & (table["n_people"] >= results.minimum)].reset_index(drop=True)


def name_of(row: pd.Series) -> str:
    """Begin a sentence with a topic's name."""
    return wording.start(wording.shorten(str(row["name"])))


def largest_topic(topics: pd.DataFrame) -> str:
    """Say what most people write about."""
    first = topics.sort_values(["n_people", "topic"], ascending=[False, True]).iloc[0]
    return f"{name_of(first)}: most people write about this, {wording.count(first['n_people'])}"


def need_claim(need: pd.Series) -> str:
    """Head a need: "Refund, late: 412 people (3.1–3.9 %), rising"."""
    name = name_of(need)
    return f"{name}{' · ' if ':' in name else ': '}{need_size(need)}"


def need_size(need: pd.Series) -> str:
    """Tell how many voice a need and whether they grow."""
    told = wording.share_of_people(int(need["n_people"]), need)
    return f"{told}, {need['trend']}" if need["trend"] in ("rising", "falling", "steady") else told


def needs_answer(results: Results) -> dict[str, Any]:
    """Name the need most worth meeting, and the next ones."""
    needs = shown_needs(results)
    place = {"href": "#needs", "link": "Needs"}
    if needs.empty:
        return {"lead": "Too few to tell.", "detail": no_needs(results), **place}
    n_people = results.needs.attrs["n_people"] if results.needs is not None else 0
    others = [f"{name_of(row)} ({wording.count(row['n_people'])})" for _, row in needs.iloc[1:3].iterrows()]
    unsigned = ", an unsigned message counted as one" if results.customers["author_id"].isna().any() else ""
    told = [f"n = {wording.people(n_people)} who wrote{unsigned}."]
    if others:
        told.append(f"Next {'comes' if len(others) == 1 else 'come'} {wording.listing(others)}.")
    if others and bool(needs["tied_with_next"].iloc[0]):
        told.append("The order of the first two is not beyond chance.")
    return {"lead": need_claim(needs.iloc[0]) + ".", "detail": " ".join(told), **place}


def n_too_few(results: Results) -> int:
    """Count the needs that too few people voice to be shown."""
    return 0 if results.needs is None else int(results.needs.attrs["n_too_few"])


def no_needs(results: Results) -> str:
    """Say why no need is shown."""
    for measure in ("topics", "signals", "needs"):
        if measure in results.reasons:
            return results.reasons[measure]
    n_few = n_too_few(results)
    if n_few:
        return f"{wording.count(n_few, 'need')} voiced, none of them by {results.minimum} people or more."
    searched = f"No complaint, wish or workaround in {wording.count(len(results.customers), 'message')}."
    return f"{searched} {languages(results)}".strip()


def languages(results: Results) -> str:
    """Say how many messages the rules for needs can read, where the file tells languages."""
    known = results.customers["lang"].dropna().astype(str)
    known = known[known != "und"]
    n_read = int(known.str.startswith("en").sum())
    if n_read == len(known):
        return ""
    read = f"{wording.count(n_read)} of {wording.count(len(known), 'message')} of known language"
    return f"Needs are told from English alone: {read} ({wording.share(n_read / len(known))})."


def changes_answer(results: Results) -> dict[str, Any]:
    """Name the surest change between the last two complete periods, or say that there is none."""
    place = {"href": "#topics", "link": "Topics"}
    changes = results.changes
    if changes is None:
        reason = "Two complete weeks, months or quarters with 30 people each are needed to compare."
        return {"lead": "Too soon to tell.", "detail": results.reasons.get("topics", reason), **place}
    after = wording.period_name(changes.after, period=changes.period)
    before = wording.period_name(changes.before, period=changes.period)
    n_tested = len(changes.table) + len(changes.rates)
    tested = wording.count(n_tested, "share" if len(changes.rates) else "topic")
    untested = ""
    if changes.n_untested:
        untested = f", {wording.count(changes.n_untested)} with too few people to test"
    told = [
        f"{wording.start(after)} against {before}: {wording.count(changes.n_after)} and "
        f"{wording.people(changes.n_before)}, {tested} tested{untested}.",
        came_and_went(results),
    ]
    sure = sure_changes(changes)
    if not sure:
        lead = "No clear change." if n_tested else "Too few people to test what changed."
        return {"lead": lead, "detail": " ".join(filter(None, told)), **place}
    if len(sure) > 1:
        noun = "share" if len(changes.rates) else "topic"
        told.insert(1, f"{wording.count(len(sure) - 1, f'more {noun}')} clearly changed.")
    return {
        "lead": change_claim(sure[0], results) + ".",
        "detail": " ".join(filter(None, told)),
        **place,
    }


def sure_changes(changes: Changes) -> list[pd.Series]:
    """List what changed beyond chance, surest first."""
    rows = [row for _, row in changes.beyond_chance.iterrows()]
    if len(changes.rates):
        rows += [row for _, row in changes.rates[changes.rates["beyond_chance"]].iterrows()]
    return sorted(rows, key=lambda row: float(row["p_value"]))


def came_and_went(results: Results) -> str:
    """Count the topics that are new or gone since an earlier run."""
    if results.changes is None or results.changes.period != "run":
        return ""
    fate = results.topics.changes["change"].value_counts()
    told = [f"{wording.count(int(fate[name]), 'topic')} {name}" for name in ("new", "gone") if name in fate]
    return f"{wording.listing(told)}." if told else "No topic is new or gone."


def change_claim(row: pd.Series, results: Results) -> str:
    """Head a change: "Refund, late rose from 3.1 % to 5.2 % of what people write (by 1.1–3.1 points)".

    The interval holds for all tested changes at once, as this one is shown because it stands out.
    """
    moved = "rose" if row["change"] > 0 else "fell"
    told = f"from {wording.share(row['share_before'])} to {wording.share(row['share_after'])}"
    points = f"(by {_points_between(row['low_any'], row['high_any'])} points)"
    measure = row.get("measure", "topic")
    if measure == "answered":
        return f"Answers within 24 hours {moved} {told} of waits {points}"
    if measure == "returned":
        return f"Those who write again the next {results.period} {moved} {told} {points}"
    name = name_of(results.topics.table.set_index("topic").loc[row["topic"]])
    subject = f"{name}: complaints, wishes and work-arounds" if measure == "need" else name
    return f"{subject} {moved} {told} of what people write {points}"


def _points_between(low: float, high: float) -> str:
    """Write how far a share moved, at least and at most; signed where that includes no move."""
    if low < 0 < high:
        return f"{100 * low:+.1f} to {100 * high:+.1f}".replace("-", "\u2212")
    least, most = sorted((abs(100 * low), abs(100 * high)))
    return f"{least:.1f}–{most:.1f}"


def responses_answer(results: Results, *, tz: str) -> dict[str, Any]:
    """Tell the share answered within a day, the median wait with the unanswered counted, and who waits."""
    place = {"href": "#responses", "link": "Responses"}
    if "responses" in results.reasons:
        return {"lead": "It cannot be told.", "detail": results.reasons["responses"], **place}
    rate = results.rate
    told = (wait_sentence(results), waiting_sentence(results, tz=tz), triage_sentence(results))
    waiting = " ".join(filter(None, told))
    if rate is None or rate.empty or not int(rate["n"].iloc[0]):
        return {
            "lead": "Too soon to tell.",
            "detail": f"No message has had its 24 hours yet. {waiting}",
            **place,
        }
    first = rate.iloc[0]
    if first["n_people"] < wording.FEW:
        few = f"{wording.count(first['answered'])} of {wording.count(first['n'])} answered within 24 hours."
        return {"lead": "Too few to tell.", "detail": f"{few} {waiting}", **place}
    answered = wording.estimate(first["share"], first["low"], first["high"])
    return {
        "lead": f"{answered}{_of_what(results)} are answered within 24 hours.",
        "detail": f"n = {wording.count(first['n'], 'wait')}. {waiting}",
        **place,
    }


def _of_what(results: Results) -> str:
    known = results.responses is not None and "needs_answer" in results.responses.columns
    return " of questions, complaints and ideas" if known else ""


def median_wait(curve: pd.DataFrame) -> tuple[float, float, float]:
    """Read off the curve when half have an answer, with its interval; infinite if that never comes."""

    def crossing(column: str) -> float:
        below = curve.loc[curve[column] <= 0.5 + ROUNDING, "wait_hours"]
        return float(below.min()) if len(below) else float("inf")

    return crossing("unanswered"), crossing("low"), crossing("high")


def wait_sentence(results: Results) -> str:
    """Tell how long half of them wait, the unanswered counted as waiting."""
    if results.curve is None or results.curve.empty:
        return ""
    median, low, high = median_wait(results.curve)
    if median == float("inf"):
        return "More than half have no answer when the file ends."
    around = f" ({wording.duration(low)} to {wording.duration(high)})" if low < high < float("inf") else ""
    return f"Half wait longer than {wording.duration(median)}{around}, the unanswered counted as waiting."


def waiting_sentence(results: Results, *, tz: str) -> str:
    """Tell how many wait when the file ends, and since when."""
    if results.responses is None:
        return ""
    waiting = results.responses[~results.responses["responded"].astype(bool)]
    if waiting.empty:
        return "Nobody is waiting when the file ends."
    n = waiting["author_id"].nunique() + int(waiting["author_id"].isna().sum())
    wait, since = "waits" if n == 1 else "wait", wording.date(waiting["asked_at"].min(), tz=tz)
    return f"{wording.people(n)} {wait} when the file ends, the longest since {since}."


def pooled(repeat: pd.DataFrame | None) -> pd.Series | None:
    """Pick the row of all complete periods together, if anybody could come back in them."""
    if repeat is None:
        return None
    rows = repeat[(repeat["period"].astype(str) == "all") & (repeat["n"] > 0)]
    return rows.iloc[0] if len(rows) else None


def retention_answer(results: Results) -> dict[str, Any]:
    """Tell the share of a period's people who write again in the next."""
    place = {"href": "#retention", "link": "Retention"}
    if "retention" in results.reasons:
        return {"lead": "It cannot be told.", "detail": results.reasons["retention"], **place}
    period, row, cadence = results.period, pooled(results.repeat), results.members.cadence
    if row is None:
        reason = results.reasons.get("repeat", f"Two complete {period}s are needed.")
        return {"lead": "Too soon to tell.", "detail": reason, **place}
    if row["n_people"] < wording.FEW:
        few = f"{wording.count(row['retained'])} of {wording.count(row['n'])} wrote again the next {period}."
        return {"lead": "Too few to tell.", "detail": few, **place}
    told = (
        f"n = {wording.count(row['n'])} person-{period}s; the last {period}, too soon to tell, is left out.",
        newcomers_sentence(results),
        growth_sentence(results),
        "" if cadence is None else drift_sentence(cadence.counts),
    )
    return {
        "lead": f"{wording.estimate(row['share'], row['low'], row['high'])} write again the next {period}.",
        "detail": " ".join(filter(None, told)),
        **place,
    }
