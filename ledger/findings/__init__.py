"""What the books must add up to (control identities I1–I10) and what looks wrong (red flags R01–R34).

One function each; of the red flags, those in `rules.Flag`. A red flag is a candidate for a finding, never a verdict.
"""
