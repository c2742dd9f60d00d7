"""Each list of a client in full: pages, CSV, and one workbook, beside the client's editions.

    published/reports/<client>/lists/index.html     all lists, each with how many rows it has
    published/reports/<client>/lists/waiting.html   one list; -2, -3 and so on where it is long
    published/reports/<client>/lists/waiting.csv    the same with all columns
    published/reports/<client>/lists/<client>.xlsx  all lists in one workbook
    published/clients/<client>/reports/lists/       the same again, in the folder that is handed over

They are made of the client's own publication, where there is one, and always of the newest: earlier editions lead to
the lists of today.
"""

FOLDER = "lists"
