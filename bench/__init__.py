"""Speed as ratios from one run: our pipeline against the usual stack, both in real Scrapy on the same pages."""
