"""Whose a home is (业主): from which day, and by which paper."""
