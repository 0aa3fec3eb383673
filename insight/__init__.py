"""From exported chatter to topics, unmet needs, response times, retention and one offline report."""

import os

import lazy_loader

# onnxruntime would send events, and keep a device id in the user's cache, from the moment it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
