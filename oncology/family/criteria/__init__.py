"""The published criteria and tools, one a file: `rule(…)` takes the numbers the paper gives."""
