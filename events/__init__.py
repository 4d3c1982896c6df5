"""Stage 4 of 8: groups. Numbered posts in, events with heat and origin out."""
