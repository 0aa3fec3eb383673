"""An archive whose topics, needs, waits, effects and churn are known: the exports of an invented brand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from insight.mentions import InsightError
from tests.simulate import circles, events, export_elsewhere, export_x, scene, threads

from .people import make_careers, make_people
from .plan import START, Message, Person, Plan
from .truth import Truth, tell
from .writing import Written, write_all

__all__ = ["Truth", "simulate_archive"]


def simulate_archive(
    folder: str | Path | None,
    *,
    n_people: int = 4000,
    n_months: int = 18,
    random_state: int = 0,
    effects: bool = True,
) -> Truth:
    """Write the exports of the invented brand Pellwick and return what is planted in them.

    Parameters
    ----------
    folder : str, Path or None
        Where to write; made if missing. None writes nothing and only returns the truth.
    n_people : int
        Invented people, reviewers and ticket writers included; at least 30. About four messages each.
    n_months : int
        Calendar months from July 2024 on; at least 3.
    random_state : int
        Same number, same bytes.
    effects : bool
        False gives the null archive: the same volumes without any planted difference.

    Returns
    -------
    Truth
        The answer sheet; its attributes are documented there.

    Raises
    ------
    InsightError
        If the archive would be too small to hold its parts.

    Notes
    -----
    Files: `x_mentions.csv.gz` (Customer Support on Twitter layout), `x_archive_pellwick.zip` (account
    archive), `r_*_submissions.ndjson.zst` and `r_*_comments.ndjson.zst` (Arctic Shift layout),
    `reviews_*.csv` (Play Console, UTF-16), `support_tickets.ndjson.gz` (Zendesk tickets with comments).
    All people and sentences are invented.

    Examples
    --------
    >>> truth = simulate_archive(None, n_people=60, n_months=4)
    >>> truth.needs.columns[:3].to_list()
    ['rank', 'topic', 'name']
    """
    if n_people < 30 or n_months < 3:
        raise InsightError(
            f"an archive needs at least 30 people and 3 months; found n_people={n_people}, "
            f"n_months={n_months}. Raise both, e.g. simulate_archive(folder, n_people=200, n_months=6)."
        )
    plan = Plan(n_people=n_people, n_months=n_months, random_state=random_state, effects=effects)
    messages, people = _cast(plan)
    rng = plan.rng("files")
    handles = scene.author_names(people, rng)
    ids = scene.native_ids(messages)
    messages = [_cite(message, ids) for message in messages]
    files = _files(plan)
    unsent = threads.over_limit(plan, messages)
    sent = [message for message in messages if message.key not in unsent]
    if folder is not None:
        written = _write(plan, messages, people, handles)
        stage = scene.Scene(tuple(sent), written, ids, handles, people, rng)
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        for name, (writer, *arguments) in files.items():
            target.joinpath(name).write_bytes(writer(stage, *arguments))
    return tell(plan, sent, people, ids, handles, tuple(files))


def _cast(plan: Plan) -> tuple[list[Message], list[Person]]:
    """Every message of the archive in order of time, and every person; keys are positions of invention."""
    people = make_people(plan)
    people, messages, answers = make_careers(plan, people)
    tickets, ticket_answers, public = threads.make_tickets(plan, people)
    loud, more, joined = threads.go_public(plan, tickets, public, people, next_key=len(messages))
    messages, answers, people = messages + loud, answers | more, people + joined
    extra, more = events.add_events(plan, people, next_key=len(messages))
    messages, answers = messages + extra, answers | more
    messages = threads.hang_comments(plan, messages)
    first_ticket = len(messages)
    for at, ticket in enumerate(tickets):
        messages.append(replace(ticket, key=first_ticket + at, root=first_ticket + at))
        answers[first_ticket + at] = ticket_answers[at]
    messages = [
        replace(m, note=f"escalation:{first_ticket + int(m.note[11:])}")
        if m.note.startswith("escalation")
        else m
        for m in messages
    ]
    reviews, review_answers = threads.make_reviews(plan, people)
    for review in reviews:
        key = len(messages)
        messages.append(replace(review, key=key, root=key))
        answers[key] = review_answers[review.person]
    messages += events.brand_posts(plan, next_key=len(messages))
    messages += events.bot_posts(plan, next_key=len(messages))
    messages = threads.add_answers(plan, messages, answers, people)
    messages += events.reposts(plan, messages, people, next_key=len(messages))
    messages += circles.circle_posts(plan, people, next_key=1 + max(m.key for m in messages))
    return sorted(messages, key=lambda m: (m.created, m.key)), people


def _write(
    plan: Plan, messages: list[Message], people: list[Person], handles: dict[int, str]
) -> dict[int, Written]:
    """Find words for all, answers never sent too: neither the limit nor a circle changes others' words."""
    daily = [message for message in messages if message.note != "circle"]
    circle = [message for message in messages if message.note == "circle"]
    return write_all(daily, people, handles, rng=plan.rng("text")) | write_all(
        circle, people, handles, rng=plan.rng("circle_text")
    )


def _cite(message: Message, ids: dict[int, str]) -> Message:
    """Let an escalated post cite its ticket by number."""
    if not message.note.startswith("escalation"):
        return message
    return replace(message, note=f"{message.note}#{ids[int(message.note[11:])]}")


def _files(plan: Plan) -> dict[str, tuple]:
    files: dict[str, tuple] = {
        "x_mentions.csv.gz": (export_x.public_mentions,),
        "x_archive_pellwick.zip": (export_x.own_account,),
    }
    for room in ("pellwick", "countertopcoffee"):
        for kind in ("submissions", "comments"):
            files[f"r_{room}_{kind}.ndjson.zst"] = (export_elsewhere.community, room, kind)
    thirds = [START + (plan.end - START) * part // 3 for part in range(4)]
    for part in range(3):
        files[f"reviews_com.pellwick.app_part{part + 1}.csv"] = (
            export_elsewhere.reviews,
            (thirds[part], thirds[part + 1]),
        )
    files["support_tickets.ndjson.gz"] = (export_elsewhere.tickets,)
    return files
