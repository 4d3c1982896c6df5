"""Stage 2 of 8: understands. Posts in, the same posts with findings and one outcome each out."""
