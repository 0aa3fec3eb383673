"""A file that no spec knows -> which of its columns holds what, and why."""
