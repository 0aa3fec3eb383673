"""Dates as exports write them.

`parse_times` reads a column: `forms` finds the parts of one date, `grid` makes moments of the digits of all
rows at once, `unread_dates` says what gives none. `chat_stamps` reads the time stamps of
chat logs, whose order decides what they leave open. `calendars` names months, weekdays and parts of the day.
"""
