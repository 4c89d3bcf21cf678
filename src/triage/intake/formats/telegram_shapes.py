"""The parts of a Bot API Update that are read (Bot API 10; others come and go unread).

Types are held to what Telegram documents, so that nothing later has to ask again; the limits are
above Telegram's own (4,096 characters of text, 100 entities, 10 files of paid media).
"""

from typing import Annotated, Any

from msgspec import Meta, Struct, field

Id = Annotated[int, Meta(ge=-(2**53), le=2**53)]
"""Chats and users have up to 52 significant bits."""

UnixTime = Annotated[int, Meta(ge=0, le=2**32 - 1)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Words = Annotated[str, Meta(max_length=65_536)]
Name = Annotated[str, Meta(max_length=4_096)]
FileId = Annotated[str, Meta(min_length=1, max_length=200, pattern="^[!-~]+$")]
"""`file_unique_id`: stays the same over time and for every bot."""


class Shape(Struct, frozen=True):
    """A part of the Bot API: fields that it does not name are passed over."""


class User(Shape, frozen=True):
    id: Id
    is_bot: bool = False
    first_name: Name = ""
    last_name: Name | None = None
    username: Name | None = None
    language_code: Name | None = None


class Chat(Shape, frozen=True):
    id: Id
    type: Name = ""
    title: Name | None = None
    username: Name | None = None


class Entity(Shape, frozen=True):
    """`offset` and `length` count UTF-16 code units."""

    type: Name
    offset: Count
    length: Count
    url: Name | None = None
    user: User | None = None


Entities = Annotated[list[Entity], Meta(max_length=1_000)]


class File(Shape, frozen=True):
    """Any file: a size of a photo, a video, animation, document, sticker, sound, voice, note."""

    file_unique_id: FileId
    width: Count = 0
    height: Count = 0
    file_name: Name | None = None


Sizes = Annotated[list[File], Meta(max_length=100)]
"""One photo in several sizes, each with an id of its own."""


class Sticker(File, frozen=True):
    set_name: Name | None = None


class PaidMedia(Shape, frozen=True):
    type: Name
    photo: Sizes | None = None
    video: File | None = None
    live_photo: File | None = None


class PaidMediaInfo(Shape, frozen=True):
    paid_media: Annotated[list[PaidMedia], Meta(max_length=100)]


class Story(Shape, frozen=True):
    chat: Chat
    id: Count


class Origin(Shape, frozen=True):
    """Where a forwarded message comes from: `user`, `hidden_user`, `chat` or `channel`."""

    type: Name
    date: UnixTime
    sender_user: User | None = None
    sender_user_name: Name | None = None
    sender_chat: Chat | None = None
    chat: Chat | None = None
    message_id: Count | None = None
    author_signature: Name | None = None


class Contact(Shape, frozen=True):
    phone_number: Name
    first_name: Name = ""
    last_name: Name | None = None
    user_id: Id | None = None
    vcard: Name | None = None


class Spot(Shape, frozen=True):
    """A point on the earth, in degrees."""

    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]


class Venue(Shape, frozen=True):
    location: Spot
    title: Name
    address: Name


class PollOption(Shape, frozen=True):
    text: Name


class Task(Shape, frozen=True):
    text: Name
    text_entities: Entities = []


class Poll(Shape, frozen=True):
    question: Name
    options: Annotated[list[PollOption], Meta(max_length=100)] = []


class Checklist(Shape, frozen=True):
    title: Name
    tasks: Annotated[list[Task], Meta(max_length=100)] = []


class Game(Shape, frozen=True):
    title: Name
    description: Name = ""
    photo: Sizes | None = None
    text: Name = ""
    animation: File | None = None


class Invoice(Shape, frozen=True):
    """`total_amount` in the smallest units of the currency."""

    title: Name
    description: Name
    currency: Name
    total_amount: Count


class Giveaway(Shape, frozen=True):
    chats: Annotated[list[Chat], Meta(max_length=100)]
    prize_description: Name | None = None


class GiveawayWinners(Shape, frozen=True):
    chat: Chat
    winners: Annotated[list[User], Meta(max_length=100)] = []
    prize_description: Name | None = None


class SharedChat(Shape, frozen=True):
    """A room that the sender chose by a button of the bot."""

    chat_id: Id
    title: Name | None = None
    username: Name | None = None


class SharedUser(Shape, frozen=True):
    user_id: Id
    first_name: Name = ""
    last_name: Name | None = None
    username: Name | None = None
    photo: Sizes | None = None


class SharedUsers(Shape, frozen=True):
    users: Annotated[list[SharedUser], Meta(max_length=100)]


class WebAppData(Shape, frozen=True):
    """What a form of the bot sent: the words of whoever filled it in."""

    data: Words


class Quote(Shape, frozen=True):
    text: Words
    entities: Entities = []


class PreviewOptions(Shape, frozen=True):
    url: Name | None = None


class Button(Shape, frozen=True):
    url: Name | None = None


class Keyboard(Shape, frozen=True):
    inline_keyboard: Annotated[
        list[Annotated[list[Button], Meta(max_length=100)]], Meta(max_length=100)
    ] = []


class Contents(Shape, frozen=True, kw_only=True):
    """What a message carries, and what is told of a message in another chat that it answers."""

    animation: File | None = None
    audio: File | None = None
    document: File | None = None
    live_photo: File | None = None
    paid_media: PaidMediaInfo | None = None
    photo: Sizes | None = None
    sticker: Sticker | None = None
    story: Story | None = None
    video: File | None = None
    video_note: File | None = None
    voice: File | None = None
    contact: Contact | None = None
    location: Spot | None = None
    venue: Venue | None = None
    poll: Poll | None = None
    checklist: Checklist | None = None
    game: Game | None = None
    invoice: Invoice | None = None
    giveaway: Giveaway | None = None
    giveaway_winners: GiveawayWinners | None = None
    link_preview_options: PreviewOptions | None = None


class ExternalReply(Contents, frozen=True, kw_only=True):
    origin: Origin
    chat: Chat | None = None
    message_id: Count | None = None


class PlainMessage(Contents, frozen=True, kw_only=True):
    """A message without the one that it answers."""

    message_id: Count
    date: UnixTime
    chat: Chat
    sender: User | None = field(default=None, name="from")
    sender_chat: Chat | None = None
    sender_business_bot: User | None = None
    business_connection_id: FileId | None = None
    guest_query_id: Name | None = None
    forward_origin: Origin | None = None
    reply_to_story: Story | None = None
    edit_date: UnixTime | None = None
    media_group_id: FileId | None = None
    author_signature: Name | None = None
    text: Words | None = None
    entities: Entities = []
    caption: Words | None = None
    caption_entities: Entities = []
    rich_message: Any = None
    chat_shared: SharedChat | None = None
    users_shared: SharedUsers | None = None
    web_app_data: WebAppData | None = None
    reply_markup: Keyboard | None = None


class Message(PlainMessage, frozen=True, kw_only=True):
    reply_to_message: PlainMessage | None = None
    external_reply: ExternalReply | None = None
    quote: Quote | None = None


class Envelope(Shape, frozen=True, kw_only=True):
    """An Update: at most one of its kinds is there; those that are no messages stay unread."""

    update_id: Count
    message: Message | None = None
    edited_message: Message | None = None
    channel_post: Message | None = None
    edited_channel_post: Message | None = None
    business_message: Message | None = None
    edited_business_message: Message | None = None
    guest_message: Message | None = None
