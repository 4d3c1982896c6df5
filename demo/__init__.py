"""A small campus on loopback whose story unfolds by the clock, and the driver that checks what huiyin made of it."""
