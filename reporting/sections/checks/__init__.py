"""How far this can be trusted."""

from reporting.section import Section
from reporting.sections.checks.query import read

SECTION = Section("checks", read=read)
