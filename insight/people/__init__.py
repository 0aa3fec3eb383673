"""People and their relations: the ladder to advocacy, defenders, critics, niches, ties, what members give."""

from .advocates import advocates as advocates
from .advocates import defenders as defenders
from .credibility import Credibility as Credibility
from .credibility import credibility as credibility
from .ladder import ladder as ladder
from .niches import Niches as Niches
from .niches import niches as niches
from .ties import contribution as contribution
from .ties import interactions as interactions
from .ties import ties as ties
