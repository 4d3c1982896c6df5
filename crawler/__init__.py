"""Stage 1 of 8: listens. Public pages in, Posts out; imports no later stage."""
