"""Stage 2, step 6: one rule a file, found by folder."""
