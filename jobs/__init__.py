"""Work that outlives a request: the row, its ticket, leases, progress; knows no kind by name."""
