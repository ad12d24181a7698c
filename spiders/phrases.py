"""What pages say about and around their texts, in both languages: phrases by which lines are known for what they are.

Each is a piece of a regular expression. ``_begins``, ``_is`` and ``_holds`` tell where in a line they count; a text may
speak of anything, so that few are looked for inside of lines.
"""

from __future__ import annotations

import re


def _begins(*phrases: str) -> str:
    return rf"^\W*(?:{'|'.join(phrases)})"


def _is(*phrases: str) -> str:
    return rf"^\W*(?:{'|'.join(phrases)})\W*$"


def _holds(*phrases: str) -> str:
    return "|".join(phrases)


def _compiled(*ways: str) -> re.Pattern[str]:
    return re.compile("|".join(ways), re.IGNORECASE)


FURNITURE = _compiled(
    # rights
    _holds(r"©|&copy;", r"all rights reserved", r"版权所有|[未非][经經].{0,8}授[权權]|[转轉][载載]请?(?:注明|联系)"),
    _holds(r"^copyright\b", r"ICP[备證证]|公网安备"),
    # who made the page
    _begins(
        r"(?:纠错\W*)?(?:责任编辑|責任編輯|责编|网编)",
        r"(?:编\s?[辑輯]|校[对對]|审核|[監监][製制]|(?:web )?editors?\s?)[:：]",
        r"reporting by\b.*\bediting by\b",
    ),
    r"^[^。！？]{0,100}\b[\w.+-]+@[\w-]+\.[\w.-]+\W*$",
    # to be shared, followed, kept
    _begins(
        r"share (?:this|on|to|via|with)\b|follow us|分享(?:到|至|给)?(?:$|\W)",
        r"关注我们|扫一扫|扫码|扫描|微信扫|长按.{0,8}二维码",
        r"[点點]击.{0,6}蓝字|tap (?:here|to)\b|click here\b|点击(?:查看|下载|进入)",
        r"(?:copy|e-?mail|save|bookmark|report|cite)(?: this)?(?: (?:link|page|article|story|url))?\W*$",
        r"复制链接|收藏(?:本[页文站])?\W*$",
        r"(?:subscribe|sign (?:up|in)|log ?in|register|newsletter|join (?:us|our)|donate)\b.{0,40}$",
        r"(?:登[录錄]|注册|[订訂][阅閱])\b.{0,40}$",
    ),
    # ways and tools
    _begins(
        r"返回(?:顶部|首页|列表|上页)|回到顶部",
        r"back to (?:top|the top|the list|list|home|news)\b|skip to |jump to |scroll to ",
        r"展开全文|阅读原文|查看原文|阅读全文",
        r"(?:上一?[篇条页则]|下一?[篇条页则]|前一篇|后一篇|previous|next|older|newer)"
        r"(?: (?:post|article|story|page|issue|entry|news))?\s*(?:$|[:：»›→>])",
        r"(?:您?(?:现在|当前|目前)?的?位置|当前位置|所在位置|您在这里)\s*[:：]",
        r"(?:(?:you are|currently) here|(?:your|current) (?:location|position))\s*[:：]",
        r"(?:print(?: (?:this|version|page))?|close(?: (?:this )?window)?|(?:font|text) size|larger|smaller)\b.{0,30}$",
        r"(?:打印(?:本[页文]|此[页文])?|关闭(?:窗口|本页)?|字号|字[体體])\b.{0,30}$",
    ),
    # what it is filed under, how often it was seen, where it lies
    _begins(
        r"(?:tags?|tagged(?: (?:as|with))?|keywords?|filed under|posted in|topics?|categor(?:y|ies)|labels?)\s*[:：]",
        r"(?:[标標][签籤]|[关關][键鍵][词字]|热词|话题|分[类類]|栏目)\s*[:：]",
        r"(?:浏览(?:次数|量)?|访问(?:次数|量)|点击(?:次数|量|数|率)?|阅读(?:次数|量|数)?|评论|人气|回复)\s*[:：]",
        r"(?:views?|hits|clicks|reads|page views|visits)\s*[:：]|(?:阅读|浏览|reads?|views?)\s*\d+$",
        r"(?:附件(?:下载|【|\[|\d*\s*[:：])|attachments?\b\W{0,3}(?:$|[:\[]))",
        r"(?:download(?:s| (?:the|as|this|pdf)\b|$).{0,40}$)",
        r"(?:本[页文](?:地址|链接|网址|URL)|原文(?:地址|链接|网址)|检索自|(?:the )?(?:address|url) of this page"
        r"|permalink|retrieved from|short ?link|source url)\b.{0,10}[:：\s]",
        r"this (?:article|story|post|piece|report) (?:was|has been|is|first|originally)\b.{0,60}"
        r"\b(?:amended|updated|corrected|published|appeared)\b",
        r"本文.{0,24}(?:修订|更新|更正|首发|原载|转自)",
    ),
    r"^[\d,.]+[kKmM]?\s*(?:次(?:阅读|浏览|点击|访问)|人(?:阅读|浏览)|views?|reads?|hits|shares?|likes?)$",
    r"[(（\[](?:pdf|docx?|xlsx?|pptx?|zip)\b[^()（）]{0,20}[)）\]]\W*$",
    _holds(r"cookies?\b.{0,80}\b(?:consent|agree|use|browser|accept)|\bwe use cookies|使用\s*cookies?"),
)
"""Lines that no text has."""

INSERTED = _compiled(
    _is(
        r"advertisements?|advert|sponsored(?: content)?|promoted|广告|廣告|推广",
        r"story continues below.*|article continues.*|continue reading.*|scroll to continue.*|下文继续|继续阅读.*",
    ),
    _begins(
        r"(?:also read|read also|read more|read next|read|more on|see also|related|watch|listen|don['’]t miss)\s*[:：]",
        r"(?:延伸阅读|相关(?:阅读|报道|新闻|链接)|推荐阅读|另见|参见|点击观看)\s*[:：]",
    ),
)
"""Lines put between the paragraphs of a text."""

_ZH = (
    r"(?:新闻|资讯|报道|阅读|链接|文章|推荐|内容|话题|专题|信息|资料|主题|视频|图片"
    r"|文件|政策|解读|稿件|消息|动态|热点|博文|帖子|活动)"
)
_EN = (
    r"(?:articles?|stor(?:y|ies)|posts?|news|content|links?|reading|topics?|items?|pages?|coverage|documents?|publications?"
    r"|videos?|events?|resources?|tags?|releases?)"
)
# counts are bounded: 20,000 figures in a row would be tried at every length
OTHER_HEADINGS = _compiled(
    r"^\W*(?:\d{1,5}\s*)?(?:"
    + "|".join(
        (
            rf"(?:相[关關]|关联|同类|类似|本类|本栏目?|推荐|最新|热门|热点|精彩|更多|其他|往期|近期|友情|延伸|图片|编辑){_ZH}{{0,2}}",
            r"更多(?:相关)?.{0,4}|猜你喜欢|大家都在看|看了又看|为您?推荐|作者最新文章",
            r"(?:\d{1,5}小时|一周|本周|本月|总|点击|阅读|热门|热点|新闻|评论|频道|人气|今日|周|月)+(?:排行|排名)榜?|排行榜?|热(?:门|点|榜|搜|评|文).{0,6}",
            r"网友(?:评论|留言)|(?:\d{1,5}\s*条|全部|最新|热门|精彩)?评论(?:区|\s*\d{1,5})?|留言板?|我来说两句|[发發]表(?:评论|留言|回复)",
            r"归档|存档|文章(?:归档|分类|导航)|关于(?:我们|本[网站]|作者)|作者简介|媒体联系|联系(?:我们|方式)|附件(?:下载)?|如何引用",
            r"分享到?|扫一扫.{0,12}|标签|关键词",
            rf"related(?: {_EN})?(?: {_EN})?|(?:the )?latest(?: {_EN})?",
            rf"(?:similar|other|further|recent|latest|popular|featured|suggested|recommended|trending|top|new) {_EN}",
            r"(?:(?:leave|post|add|write) a |(?:your|view|show|all|recent|latest) )?comments?(?: ?[(（]\d{1,5}[)）])?",
            r"\d{1,5} (?:comments?|responses?|repl(?:y|ies)|thoughts? on .{0,80})|no comments(?: yet)?",
            r"join the (?:conversation|discussion)",
            r"leave a (?:reply|response)|repl(?:y|ies)|responses|discussion",
            r"most[- ](?:read|popular|viewed|shared|commented|recent)(?: .{0,20})?|popular|trending(?: now)?",
            r"read (?:also|more|next)|also read|see also|up next|keep reading|what to read next|don['’]t miss",
            r"editors?['’]? (?:picks?|choice)",
            r"more (?:from|on|news|stories|articles|posts|research|about|like this|to explore|in)\b.{0,40}",
            r"(?:also )?in this (?:series|section|category)|(?:from )?around the web|elsewhere on.{0,30}",
            r"you (?:may|might) (?:also )?(?:like|be interested in|enjoy|have missed)",
            r"recommended(?: for you)?|newest by this author",
            r"archives?|about (?:us|the authors?|this (?:site|blog)|.{0,30} author)",
            r"author(?: info)?|written by|how to cite",
            r"(?:media |press )?(?:contacts?|enquiries|inquiries)(?: us)?|attachments?|downloads?|documents?",
            r"share(?: this(?: .{0,10})?)?|tags|filed under|categories|(?:post |article )?navigation|follow us",
            r"stay (?:connected|informed|updated)|newsletter|quick links|useful links",
        )
    )
    + r")\W*(?:[(（]\d{1,5}[)）])?\W*$"
)
"""Headings over what is not the article."""

LABELS = _compiled(
    _is(
        r"正文|[标標][题題]|内容|日期|[来來]源|作者|时间|首页|搜索|菜单|导航",
        r"目[录錄]|本版目录|标题导航|版面导航|新闻|详情|返回|更多|简介|摘要",
        r"text|title|body|date|source|author|print|home|search|menu",
        r"contents|table of contents|on this page|news|details|back|more|summary",
    )
)
"""Words that name a field or a part of a page."""

TODAY = _compiled(_begins(r"今天是|今日|现在是|today(?: is)?\b|current time"))

ABOUT_IT = _compiled(
    _begins(
        r"(?:(?:文章|信息|新闻|稿件)?[来來]源|作者|文[/／]|图[/／]|撰文|[记記]者|供稿|稿源|编辑|[发發][佈表])\s*[:：]",
        r"(?:发布|发文|发表|添加|更新|上传|录入|创建|公布|成文)(?:时间|日期|机构|者|人|单位|于)?\s*[:：]",
        r"(?:published|posted|updated|last (?:modified|updated|reviewed|edited)|date|source|author|written|added"
        r"|created|submitted|issued|location|place|reading time)(?: (?:by|on|at|date|time))?\s*[:：]",
        r"(?:published|posted|written|submitted|updated|created|added|last modified) (?:by|on|at|in)\b.{0,80}$",
    ),
    r"^.{0,24}(?:创建|发布|发表|修改|更新|编辑)于",
    r"^\d+ min(?:utes?)? read$|\bmin read\b|^阅读需要",
)
"""Lines that tell of the article."""

BYLINE = _compiled(r"^by [A-Z][\w.'’-]+(?: (?:and )?[A-Z][\w.'’-]*){0,6}$")
SOURCE = _compiled(_begins(r"(?:sources?)\s*:"))

PUBLISHED = _compiled(r"发布|发表|发文|\b(?:published|posted|updated)(?: (?:on|at))?\b")

SAYS_PUBLISHED = _compiled(
    r"发布|发表|发文|刊[发登载]|发稿|上传|添加|录入|推送|公布|印发|公开日期|上线|首发",
    r"^\W*(?:时间|日期|date)\b",
    r"\b(?:published|publication|posted|released|issued|added|uploaded|submitted|filed|dated|created)\b",
    r"\b(?:(?:release|issue|posting) date|date of|on)\b",
)
"""Words by which a day is that of publication."""

SAYS_UPDATED = _compiled(
    r"更新|修改|修订|最后编辑|\b(?:updated?|modified|modification|revised|revision|edited|changed|reviewed)\b"
)

NOT_ITS_OWN = _compiled(
    r"©|版权|copyright|ICP|备案|今天是|今日|当前时间|截至|(?:打印|检索|访问)(?:于|时间|日期)",
    r"\b(?:today is|current time|printed|retrieved|accessed|generated|valid until|expires|registered|since|deadline)\b",
)
"""Words by which a day is none of the article's."""
