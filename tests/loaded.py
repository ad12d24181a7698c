"""What the process has loaded of which the children of the fixture ``forked`` are forks: all that one may want."""

# ruff: noqa: F401
import gc

import lxml.html
import pypinyin
import scrapy.core.downloader.handlers.http11
import scrapy.core.scheduler
import trafilatura
from scrapy.settings import default_settings
from scrapy.utils.misc import load_object

import idwatch
import pipeline.extract.extractor
import pipeline.store.migrate
import pipeline.store.reprocess
import spiders.crawl
import spiders.download
import spiders.middlewares
import spiders.reading
import spiders.settings
from pipeline.gazetteer import load
from spiders import registry

load()
registry.spiders()
for part in ("EXTENSIONS_BASE", "DOWNLOADER_MIDDLEWARES_BASE", "SPIDER_MIDDLEWARES_BASE"):
    for name in getattr(default_settings, part):
        load_object(name)
gc.collect()
gc.freeze()  # else every collection of every child walks through all of this
