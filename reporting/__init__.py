"""To people: from the published file to HTML reports, one per client and week.

Reads the published file only, never the warehouse; writes only below `published/reports`.
"""
