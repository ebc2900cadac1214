"""What a contract charges when: schedule, charges, what stands billed, the difference."""
