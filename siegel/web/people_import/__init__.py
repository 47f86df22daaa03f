"""Import users: upload, preview row by row, confirm."""
