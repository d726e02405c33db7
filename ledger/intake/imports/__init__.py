"""A statement of a bank or a wallet comes in: every line is booked, joined to its entry, or waits in suspense."""
