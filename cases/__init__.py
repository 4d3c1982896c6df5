"""Stage 5 of 8: answers. Events in; cases with deadlines, acts and their records out."""
