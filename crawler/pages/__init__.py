"""Stage 1: page text to posts, without network or framework."""
