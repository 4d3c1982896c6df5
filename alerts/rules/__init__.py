"""Stage 6: one kind of threshold rule a file; the file name is the registry."""
