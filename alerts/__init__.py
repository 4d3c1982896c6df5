"""Stage 6 of 8: tells. Facts and due timers in, delivered notices out."""
