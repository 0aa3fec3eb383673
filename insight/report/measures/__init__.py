"""Measures of a report that take more than a call; the parameters of each name what it is made from."""
