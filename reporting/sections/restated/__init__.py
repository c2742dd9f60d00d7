"""What changed in earlier weeks."""

from reporting.section import Section
from reporting.sections.restated import words
from reporting.sections.restated.query import read

SECTION = Section("restated", words, read)
