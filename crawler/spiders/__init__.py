"""Stage 1: one file a kind of site; Scrapy finds them by folder, file name = spider name."""
