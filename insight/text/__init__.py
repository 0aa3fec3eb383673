"""Texts: cleaned, in which language, as vectors, their distinctive words; word patterns; search."""
