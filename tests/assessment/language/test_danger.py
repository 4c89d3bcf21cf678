"""Danger to life and limb is told from what sounds like it; nothing else may be that urgent."""

import pytest

from triage.assessment.bands import Band
from triage.assessment.language.detectors import findings
from triage.assessment.weights import weights

DANGERS = [
    "아이가 방에서 나오질 않고 죽고 싶다는 말만 합니다",
    "솔직히 죽으려고 한강 다리까지 갔다 왔어요",
    "제자가 어젯밤 수면제를 한꺼번에 먹고 병원에 있습니다. 합성 사진 때문이에요",
    "동생 책상에서 유서가 나왔어요 그 영상 때문에",
    "이 사진이 퍼지면 저는 살 이유가 없어요",
    "친구가 자꾸 사라지고 싶다고 톡을 보내요",
    "사진 돌고 나서 다시 손목을 긋기 시작했어요",
    "상담 중 학생이 자해 흔적을 보여 주었습니다",
    "그 남자가 저희 아파트 입구에 와 있대요",
    "지금 문 앞에서 누가 초인종을 누르고 있어요 사진 올린 그 사람 같아요",
    "전남편이 학교 앞에서 아이를 기다리고 있습니다",
    "헤어진 사람이 도어락을 계속 누르고 있어요",
    "협박범이 방금 KTX 탔다면서 저희 집 사진을 보냈어요",
    "가해자가 우리 집으로 오는 중이래요",
    "그놈이 식칼 사진을 보내면서 기다리라고 했어요",
    "상대방이 흉기를 들고 있는 영상을 보냈습니다",
    "저 지금 모텔에 감금돼 있어요 조용히 신고합니다",
    "영상으로 협박해서 조건만남을 시키고 있어요",
    "여권을 빼앗고 일을 그만두지 못하게 합니다",
    "그 사람이 방금 저를 때리고 휴대폰 사진을 다 봤어요",
    "ㅈㅜㄱ고 싶다는 말만 해요",
    "죽 고 싶 어 요 이제",
    "she keeps saying everybody is better off without her",
    "I can't go on like this, the photos are everywhere and I want to die",
    "Our pupil tried to kill herself after the edited video went round",
    "my sister overdosed last night, it was the pictures",
    "She has been self-harming since the leak",
    "he's sitting in his car outside my school, the guy who posted me",
    "A man is banging on my door, he says he has the photos",
    "My ex showed up at my house and won't leave",
    "the blackmailer says he is on his way to my house with the pictures",
    "he sent a picture of a gun and my name",
    "he took my passport and is making me see clients",
    "They locked me in a room and took my phone",
    "He said he is going to kill me tonight, he knows where I live",
]

HARMLESS = [
    "졸려 죽겠는데 사진 신고는 해야죠",
    "창피해 죽겠어요 제 합성 사진이 돌아요",
    "웃겨 죽고 싶네 진짜",
    "자살예방 상담 번호를 안내해 주세요",
    "자살골 넣은 영상이 합성된 것 같아요",
    "자살 생각은 전혀 없습니다. 사진만 내려 주세요",
    "혼자 살아요. 사진은 합성입니다",
    "나이는 서른다섯 살, 혼자 살고 있습니다",
    "택배 기사님이 문 앞에 와 있다고 사진을 보냈어요",
    "친구가 집 앞에서 기다리고 있어서 짧게 씁니다",
    "경찰이 가해자를 찾으러 집 앞에 왔어요",
    "가해자가 집으로 찾아올까 봐 걱정돼요",
    "제가 찾아가서 때려 주고 싶어요",
    "칼국수집 사장님 사진이 합성됐어요",
    "칼로리 계산 앱에 올린 사진이에요",
    "무대 소품으로 쓴 칼 사진까지 합성에 썼네요",
    "작년에 전남친이 회사 앞에서 기다린 적은 있는데 지금은 연락 없어요",
    "합성 게임에서 칼을 들고 있는 캐릭터예요",
    "엘리베이터에 갇힌 영화 장면을 합성했어요",
    "예전에 자해한 적이 있지만 지금은 괜찮아요",
    "She laughed so hard she nearly died",
    "This is killing me, my back hurts from the chair",
    "I would rather die than tell HR",
    "I could kill for a coffee",
    "My mom will kill me if I miss the deadline",
    "The parcel is at my door and the courier left",
    "He is not at my house, he lives abroad",
    "I'm on my way to your office with the documents",
    "My account is being held for review",
    "We hand out a leaflet on suicide prevention",
    "The fake puts my face on a movie poster with a gun",
    "he is following me on instagram",
    "dying of embarrassment over that edited photo",
    "She is not suicidal, I asked her",
    "Years ago my ex turned up at my house, this is not about him",
    "It hit me today that the photo is fake",
]


def dangers(text: str) -> list[str]:
    return [found.rule for found in findings(text) if found.rule.startswith("danger.")]


@pytest.mark.parametrize("text", DANGERS)
def test_a_danger_is_seen(text: str) -> None:
    assert dangers(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_sounds_like_danger_is_not(text: str) -> None:
    assert dangers(text) == []


@pytest.mark.parametrize("text", DANGERS)
def test_much_to_read_around_it_hides_no_danger(text: str) -> None:
    around = "안녕하세요. 문의드릴 것이 있어서 글을 남깁니다. 오후에는 통화가 가능합니다.\n"

    assert set(dangers(text)) <= set(dangers(around * 8 + text + "\n" + around * 8))


def test_the_offender_s_own_death_is_his_lever_and_not_the_victim_s_danger() -> None:
    assert dangers("그 사람이 안 만나주면 자살하겠다고 해요") == []
    assert dangers("My ex says he will kill himself if I leave") == []


def test_whoever_may_die_is_never_below_the_first_band() -> None:
    floors = {rule.id: rule.floor for rule in weights().rules.values() if rule.floor}

    assert floors["danger.suicide"] == floors["danger.held"] == Band.P0.name
    assert floors["danger.presence"] == floors["danger.weapon"] == Band.P0.name
    assert floors["danger.on_the_way"] == floors["danger.violence"] == Band.P0.name
