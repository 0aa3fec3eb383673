"""From exported chatter to topics, unmet needs, response times, retention and one offline report.

>>> import insight as ins
>>> archive = ins.read_archive("exports/", brands={"Acme": ["@acme"]})  # doctest: +SKIP
>>> ins.build_report(archive).save("acme.html")  # doctest: +SKIP

`read_archive` gives a table, `archive.mentions`; `as_mentions` makes one of your own. Every measure takes it:
`fit_topics` (what people talk about), `find_signals` (complaints, wishes, questions, sentence by sentence),
`first_responses` (who waited, and how long), `activity` (who came back). `plots.X` draws what `X` returns;
`explore` has widgets for notebooks. The rest is in packages by subject: `insight.topics`,
`insight.conversations`, `insight.staying`, ... `example()` is a small archive to try them on.
"""

import os

import lazy_loader

# onnxruntime would send events, and keep a device id in the user's cache, from the moment it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
