"""Report: editions, rendering, delivery, the schedule and the web."""
