"""Newcomers: who is answered, by whom and how soon, and whether it brings them back."""

from .coverage import Welcome as Welcome
from .coverage import welcome as welcome
from .effect import ReplyEffect as ReplyEffect
from .effect import reply_effect as reply_effect
from .experiment import WelcomeTest as WelcomeTest
from .experiment import plan_welcome_test as plan_welcome_test
