"""What people talk about: fit_topics -> Topics, stable, complete and named; over time, by group, edited."""

from .edits import apply_edits as apply_edits
from .edits import merge_topics as merge_topics
from .edits import name_topics as name_topics
from .edits import rename_topics as rename_topics
from .evaluate import evaluate_topics as evaluate_topics
from .fit_topics import fit_topics as fit_topics
from .fitted import Topics as Topics
from .layout import topic_map as topic_map
from .layout import topic_terms as topic_terms
from .trends import topics_by as topics_by
from .trends import topics_over_time as topics_over_time
