"""The HTTP side: parameters, queries, fields and expansions, paging, problems and limits."""
