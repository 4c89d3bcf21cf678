"""What a message of Telegram carries beside its words: files, cards, offers, what was chosen."""

from triage.intake.formats.prose import written_links
from triage.intake.formats.telegram_entities import link_of_name, links_of, person
from triage.intake.formats.telegram_shapes import Chat, Contents, PlainMessage, Story, User
from triage.intake.formats.telegram_told import Told, degrees


def add_contents(told: Told, carrier: Contents) -> None:
    told.add_files(
        carrier.animation,
        carrier.audio,
        carrier.document,
        carrier.live_photo,
        carrier.sticker,
        carrier.video,
        carrier.video_note,
        carrier.voice,
    )
    told.add_photo(carrier.photo)
    for paid in carrier.paid_media.paid_media if carrier.paid_media else ():
        told.add_files(paid.video, paid.live_photo)
        told.add_photo(paid.photo)
    if carrier.sticker and carrier.sticker.set_name:
        told.line("sticker set", carrier.sticker.set_name)
    if carrier.story:
        add_story(told, carrier.story)
    if carrier.link_preview_options and carrier.link_preview_options.url:
        told.links.append(carrier.link_preview_options.url)
    _cards(told, carrier)


def add_shared(told: Told, message: PlainMessage) -> None:
    """What somebody chose by the bot's own buttons: a room, people, or a form's content."""
    if room := message.chat_shared:
        told.room("room", Chat(id=room.chat_id, title=room.title, username=room.username))
    for user in message.users_shared.users if message.users_shared else ():
        shown = User(
            id=user.user_id,
            first_name=user.first_name,
            last_name=user.last_name,
            username=user.username,
        )
        told.line("person", person(shown))
        told.links += link_of_name(user.username)
        told.add_photo(user.photo)
    if message.web_app_data:
        told.words.append(message.web_app_data.data)
        told.links += written_links(message.web_app_data.data)


def _cards(told: Told, carrier: Contents) -> None:
    if contact := carrier.contact:
        if contact.user_id is not None and contact.user_id == told.sender_id:
            told.own_phone = contact.phone_number
        else:
            name = " ".join(filter(None, (contact.first_name, contact.last_name)))
            known = f" (tg://user?id={contact.user_id})" if contact.user_id else ""
            told.line("contact", f"{name} {contact.phone_number}{known}".strip())
            if contact.vcard:
                told.line("vcard", contact.vcard)
    if venue := carrier.venue:
        told.line("location", f"{degrees(venue.location)} {venue.title}, {venue.address}")
    elif carrier.location:
        told.line("location", degrees(carrier.location))
    if carrier.poll:
        told.lines_with_links("poll", carrier.poll.question)
        told.lines_with_links("option", *(option.text for option in carrier.poll.options))
    if carrier.checklist:
        told.lines_with_links("checklist", carrier.checklist.title)
        told.lines_with_links("task", *(task.text for task in carrier.checklist.tasks))
        for task in carrier.checklist.tasks:
            told.links += links_of(task.text, task.text_entities)
    _offers(told, carrier)


def _offers(told: Told, carrier: Contents) -> None:
    """Games, bills and giveaways: what lures people into rooms, or is asked of a victim."""
    if game := carrier.game:
        told.lines_with_links("game", game.title, game.description, game.text)
        told.add_photo(game.photo)
        told.add_files(game.animation)
    if bill := carrier.invoice:
        price = f"{bill.total_amount} {bill.currency}"  # in the currency's smallest units
        told.lines_with_links("invoice", bill.title, bill.description, price)
    if giveaway := carrier.giveaway:
        for chat in giveaway.chats:
            told.room("giveaway in", chat)
        told.lines_with_links("prize", giveaway.prize_description)
    if won := carrier.giveaway_winners:
        told.room("giveaway in", won.chat)
        for winner in won.winners:
            told.line("winner", person(winner))
        told.lines_with_links("prize", won.prize_description)


def add_story(told: Told, story: Story) -> None:
    for name in link_of_name(story.chat.username):
        told.links.append(f"{name}/s/{story.id}")
    told.line("story", f"{story.chat.title or ''} ({story.chat.id}) {story.id}".strip())
