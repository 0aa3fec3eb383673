"""What did not enter a measure, in words: the counts of its `.attrs["excluded"]`."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS = {
    "n_undated": "without a date",
    "n_after_as_of": "written after as_of",
    "n_reposts": "that only pass another message on",
    "n_stamps_too_coarse": "without a time of day",
    "n_notes": "that are internal notes",
    "n_automated": "that are automatic",
    "n_between_people": "that people address to each other",
    "n_answered_early": "dated after their answer",
    "n_thread_cut": "in threads that the export cut",
    "n_not_addressed": "not known to be sent to the brand (only_addressed=False counts them)",
    "n_without_author": "without an author",
    "n_first_seen_too_late": "first seen too late to be watched for `silence`",
    "n_burn_in": "first seen in the burn-in",
    "n_without_join_date": "without a date of joining",
}
"""A count that is not here is called by its own name: `n_brand_authors` is "brand authors"."""


def left_out(excluded: Mapping[str, int]) -> str:
    """Say how many were left out and why, the most first; "" if none was."""
    most_first = sorted(excluded.items(), key=lambda item: (-item[1], item[0]))
    named = [
        f"{n:,} {_WORDS.get(reason) or reason.removeprefix('n_').replace('_', ' ')}"
        for reason, n in most_first if n
    ]  # fmt: skip
    return ", ".join(named)
