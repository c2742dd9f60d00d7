"""The overview of an agency: a table of all clients, worst first. Of one home it is the index of its reports.

What worst first means stands in the glossary, and `record.worst_first` does it. Readers of one client's own folder
never get this page.
"""
