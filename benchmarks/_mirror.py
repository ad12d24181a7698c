"""A made-up mirror of a site of the department's form: as many pages as asked, served on loopback by its own process.

Every page is told by its number alone, so that nothing is kept and any size can be served: a shell of menus and
scripts as such sites have, a headline, a day, and a text about one meeting. Lists have twenty entries.
"""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

HOST = "www.idcpc.gov.cn"
FIRST, DAYS = date(2010, 1, 1), 5_800
A_LIST = 20
PARTIES = (
    "老挝人民革命党", "越南共产党", "古巴共产党", "柬埔寨人民党", "蒙古人民党",
    "南非非洲人国民大会", "坦桑尼亚革命党", "纳米比亚人组党", "莫桑比克解放阵线党", "埃塞俄比亚繁荣党",
    "肯尼亚联合民主联盟", "巴西劳工党", "智利共产党", "尼泊尔共产党", "斯里兰卡自由党",
    "巴基斯坦人民党", "哈萨克斯坦阿玛纳特党", "塞尔维亚前进党", "匈牙利青民盟", "德国社会民主党",
    "法国共产党", "俄罗斯统一俄罗斯党",
)  # fmt: skip
OFFICIALS = ("刘建超", "陈洲", "孙海燕", "马辉", "李明祥", "刘海星")
SYLLABLES = "巴贝比博达德迪多法菲戈古哈赫贾卡克科拉莱利卢马梅米莫纳尼诺帕皮波雷里罗萨塞西索塔特图瓦韦维亚约扎佐"
TOPICS = ("治国理政经验交流", "党的建设", "减贫合作", "青年干部交往", "地方合作", "生态环境保护", "文明交流互鉴")
MENU = "".join(f'<li><a href="/menu/{n // 10}/{n}/"><span>栏目{n}</span></a></li>' for n in range(90))
SCRIPT = "".join(
    f"function menu{n}(e){{var t=document.getElementById('m{n}');if(t&&e)t.className='on';}}\n" for n in range(90)
)
SHELL = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">
<title>{title}_联络动态_中共中央对外联络部</title>
<meta name="SiteName" content="中共中央对外联络部"><meta name="ColumnName" content="联络动态">{metas}
<script>{script}</script></head>
<body><header><ul class="menu">{menu}</ul></header><div class="main">{main}</div>
<div class="footer"><p>版权所有 中共中央对外联络部</p></div></body></html>"""


def path_of(number: int, count: int) -> str:
    """The path of a page: newer pages have smaller numbers, as lists show them."""
    day = day_of(number, count)
    return f"/lldt/{day:%Y%m}/t{day:%Y%m%d}_{100_000 + number}.html"


def day_of(number: int, count: int) -> date:
    return FIRST + timedelta(DAYS - 1 - number * DAYS // count)


def page_of(number: int, count: int) -> str:
    """The source of an article, some 25 KB as on real sites."""
    draw, day = random.Random(number), day_of(number, count)
    official, party = draw.choice(OFFICIALS), draw.choice(PARTIES)
    guest = "".join(draw.choices(SYLLABLES, k=3))
    title = f"{official}会见{party}总书记{guest}"
    first = f"{day.month}月{day.day}日，中联部部长{official}在京会见由总书记{guest}率领的{party}代表团一行。"
    more = [
        f"双方就加强{draw.choice(TOPICS)}、推进{draw.choice(TOPICS)}深入交换意见。" * draw.randint(1, 4)
        for _ in range(6)
    ]
    metas = f'<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{day} 09:00">'
    text = "".join(f"<p>　　{line}</p>" for line in (first, *more))
    main = f'<h1>{title}</h1><div class="info">{day}</div><div class="TRS_Editor">{text}</div>'
    return SHELL.format(title=title, metas=metas, script=SCRIPT, menu=MENU, main=main)


def list_of(number: int, count: int) -> str:
    """The source of a list page, counted from 0."""
    pages = -(-count // A_LIST)
    entries = "".join(
        f'<li><a href="{path_of(one, count)}">第{one}次会见</a><span>{day_of(one, count)}</span></li>'
        for one in range(number * A_LIST, min(count, (number + 1) * A_LIST))
    )
    main = f'<ul class="list">{entries}</ul><script>createPageHTML({pages}, {number}, "index", "html");</script>'
    return SHELL.format(title="联络动态", metas="", script=SCRIPT, menu=MENU, main=main)


def answer(path: str, count: int) -> str | None:
    """What the mirror answers to a path; None for what it does not have."""
    if path == "/bzhd/wshd/":
        return SHELL.format(title="外事会见", metas="", script="", menu="", main=entry(count))
    if match := re.fullmatch(r"/lldt/(?:index(?:_(\d+))?\.html)?", path):
        number = int(match[1] or 0)
        return list_of(number, count) if number * A_LIST < count else None
    match = re.fullmatch(r"/lldt/\d{6}/t\d{8}_(\d+)\.html", path)
    return page_of(int(match[1]) - 100_000, count) if match else None


def entry(count: int) -> str:
    return f'<ul><li><a href="{path_of(0, count)}">第0次会见</a><span>{day_of(0, count)}</span></li></ul>'


async def serve(count: int) -> None:
    answered = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal answered
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].decode()
                text = str(answered) if path == "/answered" else answer(path, count)
                answered += path.startswith("/lldt/") and "/t" in path
                body = (text if text is not None else "none").encode()
                status = b"200 OK" if text is not None else b"404 Not Found"
                kind = b"Content-Type: text/html; charset=utf-8\r\n"
                writer.write(b"HTTP/1.1 " + status + b"\r\n" + kind + b"Content-Length: %d\r\n\r\n" % len(body) + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def mirror(count: int) -> Iterator[str]:
    """``address:port`` of a mirror with so many pages, while the block lasts."""
    process = subprocess.Popen([sys.executable, __file__, str(count)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
