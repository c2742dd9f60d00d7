"""And the numbers?"""

from reporting.section import Section
from reporting.sections.context.query import read

SECTION = Section("context", read=read)
