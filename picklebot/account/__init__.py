"""The observer's account on a wiki. The only place that imports pywikibot, and only when something is written."""
