"""Do we meet new people, and from elsewhere?"""

from reporting.section import Section
from reporting.sections.circles import words
from reporting.sections.circles.query import read

SECTION = Section("circles", words, read)
