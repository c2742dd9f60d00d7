"""What we said that nobody answered."""

from reporting.section import Section
from reporting.sections.lone_posts import words
from reporting.sections.lone_posts.query import read

SECTION = Section("lone_posts", words, read)
