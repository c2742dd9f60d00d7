"""With whom we really talk."""

from reporting.section import Section
from reporting.sections.people import charts, words
from reporting.sections.people.query import read

SECTION = Section("people", words, read, charts=charts.charts, link=words.link)
