"""What each sentence voices: a complaint, a wish, praise, a question; rules, a model, its training."""

from .classifier import SignalModel as SignalModel
from .find_signals import find_signals as find_signals
from .label import draw_sentences as draw_sentences
from .label import score_signals as score_signals
from .train import fit_signals as fit_signals
from .train import read_signal_model as read_signal_model
from .train import write_signal_model as write_signal_model
