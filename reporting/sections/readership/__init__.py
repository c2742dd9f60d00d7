"""Who keeps reading us."""

from reporting.section import Section
from reporting.sections.readership import charts, words
from reporting.sections.readership.query import read

SECTION = Section("readership", words, read, charts=charts.charts)
