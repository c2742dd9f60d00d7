"""The week in words, and how it compares with the weeks before. It reads nothing of its own: see `Client.weeks`."""

from reporting.section import Section
from reporting.sections.week import charts, words

SECTION = Section("week", words, charts=charts.charts, sentences=words.sentences)
