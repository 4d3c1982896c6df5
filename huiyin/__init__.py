"""The application: command line, schedule, wiring, doctor. Imports all stages, is imported by none."""
