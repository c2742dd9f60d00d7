"""The week in words, how it compares with the weeks before (see `Client.weeks`), and what it was on each network."""

from reporting.section import Section
from reporting.sections.week import charts, words
from reporting.sections.week.query import read

SECTION = Section("week", words, read, charts=charts.charts, sentences=words.sentences, is_always_there=True)
