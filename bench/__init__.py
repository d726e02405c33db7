"""x"""
from bench import posting, charging
BENCHMARKS = {"posting": posting.lines, "charging": charging.lines}
