"""Stage 2, step 2, in parts: how personal data looks in public posts. A detector takes a `Reading`, gives `Span`s."""
