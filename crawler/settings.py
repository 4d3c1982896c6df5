"""Stage 1: Scrapy's settings, and the order of the pipeline's steps. What a school may choose comes from its folder.

`crawler/round_settings.py` puts the school's choices (pace, sizes, user agent, browser) on top when a round begins.
"""

BOT_NAME = "huiyin"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

ITEM_PIPELINES = {  # the order of the steps: names only, the crawler imports no later stage
    "pipelines.clean_text.CleanText": 100,
    "pipelines.drop_personal_data.DropPersonalData": 200,
    "pipelines.check_relevance.CheckRelevance": 300,
    "pipelines.find_duplicate.FindDuplicate": 400,
    "pipelines.classify_topic.ClassifyTopic": 500,
    "pipelines.score_severity.ScoreSeverity": 600,
    "pipelines.suggest_department.SuggestDepartment": 700,
    "pipelines.keep_topic_only.KeepTopicOnly": 750,
    "pipelines.write_index.WriteIndex": 800,
}
ITEM_PROCESSOR = "crawler.hold_pages.HoldPages"  # many posts go through the steps at once
CONCURRENT_ITEMS = 8  # Scrapy starts so many workers for each response; ours yield one page each
DOWNLOADER_MIDDLEWARES = {
    "crawler.networks.NetworkMiddleware": 50,
    "crawler.robots.RobotsMiddleware": 100,
    "crawler.browser.LandingMiddleware": 150,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # allows all when robots.txt answers 503
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,  # a proxy would resolve names past our check
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,  # switched off below; loading it takes 0.3 s
}
EXTENSIONS = {  # switched off below too; with what they import, every round would start half a second later
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
}
ROBOTSTXT_OBEY = False  # by our own middleware above
TWISTED_DNS_RESOLVER = "crawler.networks.GuardedResolver"
DNSCACHE_ENABLED = False
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}

SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # threads in the order of their list …
DEPTH_PRIORITY = -1  # … and each to its last page before the next one begins
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0
COOKIES_ENABLED = False
REDIRECT_MAX_TIMES = 5
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # never 429: who is told to slow down, stops
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the outcome of the round says it, in Chinese and with the next step
HTTPERROR_ALLOWED_CODES: list[int] = []
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
}

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
LOG_LEVEL = "WARNING"
LOG_SHORT_NAMES = False
STATS_DUMP = False
WARN_ON_GENERATOR_RETURN_VALUE = False  # it would read the source of a callback for every response
LOG_ITEM_TEXT = False
FEED_EXPORT_ENCODING = "utf-8"
LOG_FORMATTER = "crawler.quiet_log.QuietLog"
