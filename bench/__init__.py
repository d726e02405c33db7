"""x"""
from bench import posting
BENCHMARKS = {"posting": posting.lines}
