"""What we have earned: obligations, allocation, progress, schedule, recognition, position."""
