"""Stage 6: one channel a file; the file name is the registry."""
