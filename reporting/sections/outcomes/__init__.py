"""Did it lead anywhere?"""

from reporting.section import Section
from reporting.sections.outcomes import words
from reporting.sections.outcomes.query import read

SECTION = Section("outcomes", words, read)
