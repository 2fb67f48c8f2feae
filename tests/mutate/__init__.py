"""`make mutate`: takes every guard out, one at a time, and lists those that no test misses."""
