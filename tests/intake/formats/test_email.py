"""A victim's mail: words, links and files; nothing of a file is kept but its hashes."""

import hashlib
from email.message import EmailMessage

import pytest
from intake.formats.mails import PICTURE, a_mail

from triage.intake.formats import email, mime
from triage.intake.formats.html import text_and_links
from triage.kit.errors import Invalid
from triage.reports.report import Report
from triage.reports.taxonomy import Relation


def parsed(mail: EmailMessage | bytes) -> Report:
    [report] = email.parse(mail if isinstance(mail, bytes) else mail.as_bytes())
    return report


def test_words_links_and_the_address_for_an_answer() -> None:
    report = parsed(a_mail(Reply_To="safe@example.org"))

    assert report.external_id == "mail:<1@example.com>"
    assert report.text is not None
    assert report.text.startswith("A picture of me\nPlease help me.\nhttps://t.me/room/55")
    assert [location.url for location in report.locations] == ["https://t.me/room/55"]
    assert report.reporter.relation is Relation.VICTIM
    assert report.reporter.name == "Ana Example"
    assert report.reporter.contact == "safe@example.org"
    assert "from: ana@example.com" in report.text


def test_a_file_is_hashed_and_dropped() -> None:
    mail = a_mail()
    mail.add_attachment(PICTURE, maintype="image", subtype="png", filename="사진.png")
    mail.add_attachment(b"letter", maintype="application", subtype="pdf", filename="a.pdf")

    report = parsed(mail)

    assert [(media.sha256, media.md5) for media in report.media] == [
        (
            hashlib.sha256(PICTURE).hexdigest(),
            hashlib.md5(PICTURE, usedforsecurity=False).hexdigest(),
        )
    ]
    assert [one.kind for one in report.evidence] == ["image/png", "application/pdf"]
    assert "attachment: 사진.png" in (report.text or "")


@pytest.mark.parametrize("charset", ["euc-kr", "ks_c_5601-1987", "cp949", "iso-2022-kr", "x-no"])
def test_korean_is_read_in_its_charsets(charset: str) -> None:
    words = "안녕하세요 도와주세요"
    real = "cp949" if charset in {"ks_c_5601-1987", "x-no"} else charset
    head = f"From: a@example.com\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"

    report = parsed(head.encode() + words.encode(real))

    assert words in (report.text or "")


def test_headers_are_decoded() -> None:
    sender = b"From: =?euc-kr?B?vsiz58fPvLy/5A==?= <a@example.com>\n"
    subject = b"Subject: =?UTF-8?Q?Hi_=EC=95=88?=\n"

    report = parsed(sender + subject + b"\nbody")

    assert report.reporter.name == "안녕하세요"
    assert (report.text or "").startswith("Hi 안\nbody")


def test_a_page_is_read_as_words_and_links() -> None:
    mail = a_mail()
    mail.set_content(
        "<head><title>no</title></head><style>p {}</style><p>Please&nbsp;help</p>"
        '<script>alert(1)</script><a href="https://x.com/a/status/71?utm_source=m">here</a>',
        subtype="html",
    )

    report = parsed(mail)

    assert "Please help\nhere" in (report.text or "")
    assert "alert" not in (report.text or "")
    assert [location.url for location in report.locations] == [
        "https://x.com/a/status/71?utm_source=m"
    ]


def test_of_two_renderings_the_plain_words_are_kept_and_the_links_of_both() -> None:
    mail = a_mail("Please help.")
    mail.add_alternative('<p>Please help.</p><a href="https://t.me/room/9">it</a>', subtype="html")

    report = parsed(mail)

    assert (report.text or "").count("Please help.") == 1
    assert [location.url for location in report.locations] == ["https://t.me/room/9"]


def test_a_forwarded_message_tells_who_sent_it_and_where() -> None:
    mail = a_mail("He wrote this.")
    mail.add_attachment(a_mail("See https://t.me/room/8", From="Bo <bo@example.net>"))

    report = parsed(mail)

    assert "attached.from: Bo <bo@example.net>" in (report.text or "")
    assert "https://t.me/room/8" in {location.url for location in report.locations}
    assert report.reporter.contact == "ana@example.com"


def nested(depth: int) -> bytes:
    mail = a_mail("inside")
    for _ in range(depth):
        outer = EmailMessage()
        outer["From"] = "a@example.com"
        outer.set_content("outside")
        outer.add_attachment(mail)
        mail = outer
    return mail.as_bytes()


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\n\nno headers", id="no headers"),
        pytest.param(b"\0" * 1000, id="zeros"),
        pytest.param(nested(20), id="recursive"),
        pytest.param(b"From: a@b.c\n" + b"X: y\n" * 10_000 + b"\nb", id="many headers"),
        pytest.param(b"From: a@b.c\n\n" + b"\n" * 1_000_000, id="many lines"),
        pytest.param(b"x" * (mime.MAX_BYTES + 1), id="too long"),
        pytest.param(
            b"From: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n"
            + b"--b\n\nx\n" * 10_000
            + b"--b--",
            id="10,000 parts",
        ),
    ],
)
def test_what_cannot_be_a_mail_is_refused(document: bytes) -> None:
    with pytest.raises(Invalid):
        email.parse(document)


ALTERNATIVE = b"From: a@b.c\nSubject: help\nContent-Type: multipart/%s; boundary=b\n\n%s--b--\n"
PAGE = b"--b\nContent-Type: text/html\n\n<p>He posted my pictures.</p>\n"


def test_an_empty_plain_part_does_not_stand_for_the_page() -> None:
    plain = b"--b\nContent-Type: text/plain\n\n \n"

    [report] = email.parse(ALTERNATIVE % (b"alternative", plain + PAGE))

    assert "He posted my pictures." in (report.text or "")


def test_a_footer_beside_the_page_does_not_stand_for_it() -> None:
    footer = b"--b\nContent-Type: text/plain\n\nThis list is hosted by example.org\n"

    [report] = email.parse(ALTERNATIVE % (b"mixed", PAGE + footer))

    assert "He posted my pictures." in (report.text or "")
    assert "This list is hosted" in (report.text or "")


@pytest.mark.parametrize("charset", ["utf-8", "euc-kr"])
def test_headers_that_were_never_encoded_are_read(charset: str) -> None:
    document = "From: 홍길동 <h@example.com>\nSubject: 도와주세요\n\nt.me/room/55".encode(charset)

    [report] = email.parse(document)

    assert report.reporter.name == "홍길동"
    assert (report.text or "").startswith("도와주세요")
    assert [location.url for location in report.locations] == ["t.me/room/55"]


@pytest.mark.parametrize(
    "head",
    [
        b"From: " + b"(" * 2_000,
        b"From: a@b.c\nContent-Type: text/plain; charset*=a\0b'x'y",
        b"From: a@b.c\nContent-Type: text/plain; charset*" + b"9" * 5_000 + b"*=x",
        b"From: a@b.c\nContent-Type: image/png; name*=idna''%ff.a\nContent-Disposition: attachment",
        b"From: a@b.c\nContent-Disposition: attachment; filename*" + b"9" * 5_000 + b"*=x",
    ],
)
def test_a_header_that_breaks_the_library_breaks_nothing(head: bytes) -> None:
    [report] = email.parse(head + b"\n\nhelp me")

    assert report.text


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("See https://evil.example/a/1.", "https://evil.example/a/1"),
        ("(see https://evil.example/b/2),", "https://evil.example/b/2"),
        ("https://evil.example/c_(d)", "https://evil.example/c_(d)"),
        ("https://evil.example/a/1에 있어요", "https://evil.example/a/1"),
    ],
)
def test_what_belongs_to_the_sentence_is_no_part_of_the_link(words: str, url: str) -> None:
    report = parsed(a_mail(words))

    assert [location.url for location in report.locations] == [url]


def test_a_picture_in_the_page_hides_no_words() -> None:
    page = b"<p>He</p><img src='data:image/png;base64," + b"A" * 300_000 + b"'><p>threatens me.</p>"

    [report] = email.parse(b"From: a@b.c\nContent-Type: text/html\n\n" + page)

    assert "threatens me." in (report.text or "")
    assert "AAAA" not in (report.text or "")


def test_a_letter_that_grows_in_lower_case_moves_nothing() -> None:
    page = "İ" * 30 + "<style>p { color: red }</style>My picture was posted."

    assert text_and_links(page)[0] == "İ" * 30 + "My picture was posted."


def test_a_file_is_a_picture_by_its_name_too() -> None:
    mail = a_mail("help")
    mail.add_attachment(b"\xff\xd8 a jpeg", "application", "octet-stream", filename="Photo.JPG")

    assert len(parsed(mail).media) == 1
