"""A small invented archive, for the examples of the documentation."""

from __future__ import annotations

import pandas as pd

from .mentions import as_mentions

_ROWS = (
    # number, thread, answers, author, brand, moment, channel, text
    (1, 1, None, "ann", "Acme", "2025-01-06 09:00", "help", "My kettle leaks. Can you help?"),
    (2, 1, 1, "acme", "Acme", "2025-01-06 10:00", "help", "Sorry about that, Ann. Please DM us."),
    (3, 1, 2, "ann", "Acme", "2025-01-06 10:30", "help", "Sent. Thanks!"),
    (4, 4, None, "ben", "Acme", "2025-01-08 12:00", "forum", "How do I descale the kettle?"),
    (5, 4, 4, "cem", "Acme", "2025-01-08 13:00", "forum", "Boil vinegar for ten minutes, then rinse twice."),
    (6, 4, 5, "ben", "Acme", "2025-01-08 13:20", "forum", "Thank you, that worked!"),
    (7, 7, None, "dee", "Acme", "2025-01-20 08:00", "forum", "I wish it came in red. Please add a red one."),
    (8, 7, 7, "acme", "Acme", "2025-01-21 08:00", "forum", "Good idea, we passed it on to the team."),
    (9, 9, None, "eve", "Acme", "2025-02-03 18:00", "help", "Third time I ask: where is my refund?"),
    (10, 10, None, "fay", "Brastow", "2025-02-05 07:00", "forum", "My Brastow kettle broke after a week."),
    (11, 10, 10, "acme", "Acme", "2025-02-05 09:00", "forum", "Sorry to hear that. Ours has a warranty."),
    (12, 12, None, "ann", "Acme", "2025-02-20 20:00", "forum", "Mine works fine. I highly recommend it."),
    (13, 13, None, "ben", "Acme", "2025-03-04 11:00", "help", "Mine leaks too, and the lid will not close."),
    (14, 14, None, "acme", "Acme", "2025-03-05 09:00", "forum", "It is here: the kettle in red. #red"),
)  # fmt: skip


def example() -> pd.DataFrame:
    """Return fourteen invented messages about the kettles of Acme, whose brand speaks as `acme`.

    Returns
    -------
    DataFrame
        A mentions table (see `as_mentions`): three months, two channels, a brand that answers some of the
        six customers, customers who answer each other, and one who talks about a rival.

    Examples
    --------
    >>> example()[["mention_id", "author_id", "side", "text"]].head(3)
      mention_id author_id      side                                  text
    0        x:1       ann  customer        My kettle leaks. Can you help?
    1        x:2      acme     brand  Sorry about that, Ann. Please DM us.
    2        x:3       ann  customer                         Sent. Thanks!
    """
    columns = ["number", "thread", "answers", "author_id", "brand", "created_at", "channel", "text"]
    rows = pd.DataFrame(_ROWS, columns=columns)

    def ids(numbers: pd.Series) -> pd.Series:
        return numbers.map("x:{:.0f}".format, na_action="ignore")

    return as_mentions(
        pd.DataFrame(
            {
                "mention_id": ids(rows["number"]),
                "conversation_id": ids(rows["thread"]),
                "reply_to_id": ids(rows["answers"]),
                "author_id": rows["author_id"],
                "side": (rows["author_id"] == "acme").map({True: "brand", False: "customer"}),
                "brand": rows["brand"],
                "created_at": pd.to_datetime(rows["created_at"], utc=True),
                "time_precision": "min",
                "platform": "x",
                "channel": rows["channel"],
                "kind": rows["answers"].isna().map({True: "post", False: "reply"}),
                "addressed": rows["brand"] == "Acme",
                "text": rows["text"],
                "lang": "en",
            }
        )
    )
