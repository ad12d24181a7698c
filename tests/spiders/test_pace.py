"""The pause between two requests to a host: as configured, as a site declares, as robots.txt asks, none on our own."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.utils.test import get_crawler

from pipeline.config import CrawlSettings, Settings
from spiders import registry
from spiders.middlewares import MOST_DELAY, slow_down
from spiders.settings import scrapy_settings

PAPER = "paper.people.com.cn"


def downloader(**crawl: Any) -> Downloader:
    settings = scrapy_settings(Settings(crawl=CrawlSettings(**crawl)))
    return Downloader(get_crawler(registry.spider("people_paper"), settings))


def pause(downloader: Downloader, host: str) -> tuple[float, int]:
    _, slot = downloader._get_slot(Request(f"https://{host}/"))
    return slot.delay, slot.concurrency


async def declared() -> None:
    assert pause(downloader(delay=4), PAPER) == (6, 1)
    assert pause(downloader(delay=9), PAPER) == (9, 1)
    assert pause(downloader(delay=4), "www.people.com.cn") == (4, 1)
    assert pause(downloader(delay=4, connect_to={PAPER: "127.0.0.1:1"}), PAPER) == (0, 4)


def test_a_site_may_ask_for_more_than_the_configuration_says() -> None:
    assert registry.spider("people_paper").delay == 6
    asyncio.run(declared())  # a downloader looks for a loop, to put its slots away


async def slowed(host: str, asked: float) -> list[tuple[float, int]]:
    ours = downloader(delay=4)
    pause(ours, host)
    slow_down(ours, host, asked)
    open_slot = pause(ours, host)
    ours.slots.clear()
    return [open_slot, pause(ours, host)]


@pytest.mark.parametrize(
    ("host", "asked", "kept"),
    [("a.example", 120, 120), ("a.example", 1, 4), (PAPER, 5, 6), ("a.example", 10**9, MOST_DELAY)],
)
def test_a_crawl_delay_is_kept_by_the_open_slot_and_by_later_ones(host: str, asked: float, kept: float) -> None:
    assert asyncio.run(slowed(host, asked)) == [(kept, 1), (kept, 1)]
