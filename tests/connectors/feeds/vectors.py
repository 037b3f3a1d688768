"""Feeds as sites have them: RSS in a charset that only its declaration tells, Atom, JSON. The people are made up."""

from channelhub.domain.raw import Envelope, RawMessage
from connectors.feeds.parse import GONE, KEY, REVISION
from connectors.feeds.splitting import split

RSS = """<?xml version="1.0" encoding="windows-1251"?>
<!DOCTYPE rss [<!ENTITY lol "lol"><!ENTITY lols "&lol;&lol;&lol;&lol;">]>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel><title>Відгуки</title><link>https://shop.example.ua/</link><ttl>15</ttl>
<item><guid isPermaLink="false">review-20418</guid><title>3 з 5</title><dc:creator>Олена</dc:creator>
<link>https://shop.example.ua/p/77#r20418</link><pubDate>Sat, 21 Nov 2026 22:30:00 +0200</pubDate>
<slash:comments>2</slash:comments>
<description><![CDATA[<p>Коробка пом'ята,<br>товар цілий</p>]]></description></item>
<!-- <item><guid>commented out</guid></item> -->
<item><guid>https://shop.example.ua/p/78</guid><title>Фото</title><author>taras@example.com (Тарас М.)</author>
<description>&lt;p&gt;Ось &amp;amp; так&lt;/p&gt;</description>
<enclosure url="https://shop.example.ua/files/a.jpg" length="12345" type="image/jpeg"/>
<pubDate>21 листопада 2026 10:00</pubDate></item>
</channel></rss>""".encode("windows-1251")

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"
  xmlns:im="http://itunes.apple.com/rss" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<id>urn:feed</id><title>Reviews</title>
<entry xml:lang="uk-UA"><id>urn:1</id><title type="text">1 &lt; 2 зірок</title>
<author><name>Ірина</name><uri>https://shop.example/u/7</uri></author><im:rating>2</im:rating>
<content type="html">&lt;p&gt;Не приходить код&lt;/p&gt;</content><published>2026-11-21T12:30:00-08:00</published>
<updated>2026-11-21T13:00:00-08:00</updated><link rel="alternate" href="https://shop.example/r/1"/>
<link rel="enclosure" href="https://files.shop.example/v.mp4" type="video/mp4" length="99"/></entry>
<entry><id>urn:2</id><title>Re</title><author><name>Ірина</name><email>iryna@example.com</email></author>
<content>Так само & у мене &lt;3</content><thr:in-reply-to ref="urn:1"/><updated>2026-11-21T14:00:00Z</updated></entry>
<entry><id>urn:3</id><title/><updated>2026-11-21T14:00:00Z</updated></entry>
<at:deleted-entry ref="urn:0" when="2026-11-21T14:00:00Z"><at:comment>спам</at:comment></at:deleted-entry>
</feed>""".encode()

JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "Відгуки", "items": [
{"id": "r1", "url": "https://shop.example/r/1", "title": "Добре", "content_html": "<p>Все <b>гаразд</b></p>",
 "date_published": "2026-11-21T10:00:00+02:00", "authors": [{"name": "Ольга", "url": "https://shop.example/u/9"}],
 "attachments": [{"url": "https://shop.example/files/a.png", "mime_type": "image/png", "size_in_bytes": 77}]},
{"id": 2, "content_text": "a < b", "author": {"name": "Пан"}}]}""".encode()

RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<channel rdf:about="https://shop.example/"><title>x</title></channel>
<item rdf:about="https://shop.example/1"><title>Старий формат</title><link>https://shop.example/1</link>
<dc:date>2026-11-21</dc:date></item></rdf:RDF>""".encode()


def raws(body: bytes, charset: str = "") -> list[RawMessage]:
    """The items as they are stored, in the order of the feed."""
    feed = split(body, charset)
    return [
        RawMessage(
            account="reviews",
            delivery_id=item.key,
            body=item.body,
            content_type=feed.content_type,
            envelope=Envelope(extra={KEY: item.key} | ({GONE: "yes"} if item.is_gone else {})),
            channel_time=item.at,
        )
        for item in feed.items
    ]


def changed(raw: RawMessage, revision: int) -> RawMessage:
    extra = raw.envelope.extra | {REVISION: str(revision)}
    return RawMessage(
        account=raw.account,
        delivery_id=f"{raw.delivery_id}:x",
        body=raw.body,
        content_type=raw.content_type,
        envelope=Envelope(extra=extra),
    )


EVERY = [*raws(RSS), *raws(ATOM), *raws(JSON), *raws(RDF), changed(raws(RSS)[0], 5)]
