"""小区登记: what a community consists of, whose it is and who is hired; each change with its day, its paper, its entry."""
