"""From exported chatter to topics, unmet needs, response times, retention and one offline report."""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
