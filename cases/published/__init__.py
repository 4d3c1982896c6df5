"""The published holiday schedules, one file a year, typed from the notices of the State Council."""
