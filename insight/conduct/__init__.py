"""The brand's own posts: dialogue or broadcast, form letters, what replies do, hashtags, the playbook."""

from .contacts import playbook as playbook
from .dialogue import dialogue_index as dialogue_index
from .hashtags import hashtag_audit as hashtag_audit
from .replies import form_letters as form_letters
from .replies import reply_acts as reply_acts
from .writers import consistency as consistency
