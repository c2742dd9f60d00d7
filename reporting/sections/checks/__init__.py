"""How far this can be trusted."""

from reporting.section import Section
from reporting.sections.checks import words
from reporting.sections.checks.query import read

SECTION = Section("checks", words, read, is_always_there=True)
