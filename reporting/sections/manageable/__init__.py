"""Is it still manageable?"""

from reporting.section import Section
from reporting.sections.manageable import words
from reporting.sections.manageable.query import read

SECTION = Section("manageable", words, read)
