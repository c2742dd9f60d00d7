"""The script: who is who, what they say, and what is true of it. Read `cast.py` first."""
