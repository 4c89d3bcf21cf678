"""Mails as people and machines send them; everybody in them is invented."""

from email.message import EmailMessage

PICTURE = b"\x89PNG not really a picture"

FIELDS = """Feedback-Type: other
User-Agent: Example/1.0
Version: 1
Arrival-Date: Thu, 19 Nov 2026 08:00:00 +0900
Source-IP: 192.0.2.7
Reported-Domain: x.com
Reported-URI: https://x.com/a/status/71
Reported-URI: <https://t.me/room/55>
"""


def a_mail(text: str = "Please help me.\nhttps://t.me/room/55", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    given = {
        "From": "Ana Example <ana@example.com>",
        "To": "report@hotline.example",
        "Subject": "A picture of me",
        "Message-ID": "<1@example.com>",
        "Date": "Thu, 19 Nov 2026 08:00:00 +0900",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        mail[name] = value
    mail.set_content(text)
    return mail


def a_feedback_report(kind: str = "report", fields: str = FIELDS) -> bytes:
    return f"""From: FBL <fbl@provider.example>
To: report@hotline.example
Subject: FW: a picture
Message-ID: <fbl-1@provider.example>
MIME-Version: 1.0
Content-Type: multipart/{kind}; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

A user of ours reported this message.

--b
Content-Type: message/feedback-report

{fields}
--b
Content-Type: message/rfc822

From: Offender <bo@example.net>
Subject: =?euc-kr?B?vsiz58fPvLy/5A==?=
Message-ID: <bad@example.net>
Content-Type: text/plain; charset=euc-kr
Content-Transfer-Encoding: base64

vsiz58fPvLy/5CBodHRwczovL2V4YW1wbGUubmV0L3AvMQo=

--b--
""".encode()
