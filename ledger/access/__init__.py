"""What the two signed-in doors share: who asks, in which role, in which transaction."""
