"""Stage 1, without a network: files that people hand over (exports, authorised feeds, saved articles) become posts."""
