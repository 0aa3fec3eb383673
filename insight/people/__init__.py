"""People and their relations: the ladder to advocacy, defenders, critics, niches, ties, what members give."""

from .advocacy import advocates as advocates
from .advocacy import defenders as defenders
from .criticism import Credibility as Credibility
from .criticism import credibility as credibility
from .ladder import ladder as ladder
from .niche import Niches as Niches
from .niche import niches as niches
from .relations import contribution as contribution
from .relations import interactions as interactions
from .relations import ties as ties
