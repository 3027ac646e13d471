-- Shows: a tester that offers nothing to run. State: pending.
return {}
