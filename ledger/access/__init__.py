"""What the signed-in doors share: who asks, in which role, and the one way to an action, once for each key."""
