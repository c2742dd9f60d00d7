"""What we wanted."""

from reporting.section import Section
from reporting.sections.goals import words
from reporting.sections.goals.query import read

SECTION = Section("goals", words, read, is_always_there=True)
