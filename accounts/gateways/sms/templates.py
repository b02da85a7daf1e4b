"""Every text we send, word for word as registered with the operators under a DLT template.

One that differs is dropped without a sound. A variable may have 30 characters there; `values_for` cuts longer ones.
"""

from collections.abc import Mapping

VARIABLE_MAX = 30
ENGLISH = "en"
TEXTS: Mapping[str, Mapping[str, str]] = {
    "otp": {
        "en": "{otp} is your Aarokya verification code. It is valid for 10 minutes. Do not share it with anyone.",
    },
    "policy_active": {
        "en": "Your cover {policy} is active until {date}. Your e-card is in the Aarokya app.",
        "hi": "आपका बीमा {policy} {date} तक चालू है। आपका ई-कार्ड Aarokya ऐप में है।",
        "kn": "ನಿಮ್ಮ ವಿಮೆ {policy} {date} ರವರೆಗೆ ಜಾರಿಯಲ್ಲಿದೆ. ನಿಮ್ಮ ಇ-ಕಾರ್ಡ್ Aarokya ಆ್ಯಪ್‌ನಲ್ಲಿದೆ.",
        "ta": "உங்கள் காப்பீடு {policy} {date} வரை செயலில் உள்ளது. உங்கள் மின்-அட்டை Aarokya செயலியில் உள்ளது.",
    },
    "policy_ends": {
        "en": "Your cover {policy} ends on {date}. Renew it in the Aarokya app to stay covered.",
        "hi": "आपका बीमा {policy} {date} को समाप्त हो रहा है। सुरक्षित रहने के लिए Aarokya ऐप में नवीनीकरण करें।",
        "kn": "ನಿಮ್ಮ ವಿಮೆ {policy} {date} ರಂದು ಮುಗಿಯುತ್ತದೆ. ರಕ್ಷಣೆ ಮುಂದುವರಿಯಲು Aarokya ಆ್ಯಪ್‌ನಲ್ಲಿ ನವೀಕರಿಸಿ.",
        "ta": "உங்கள் காப்பீடு {policy} {date} அன்று முடிகிறது. பாதுகாப்பு தொடர Aarokya செயலியில் புதுப்பிக்கவும்.",
    },
    "policy_grace": {
        "en": "Your cover {policy} has ended. You can still renew it until {date} in the Aarokya app.",
        "hi": "आपका बीमा {policy} समाप्त हो गया है। आप {date} तक Aarokya ऐप में नवीनीकरण कर सकते हैं।",
        "kn": "ನಿಮ್ಮ ವಿಮೆ {policy} ಮುಗಿದಿದೆ. {date} ರವರೆಗೆ Aarokya ಆ್ಯಪ್‌ನಲ್ಲಿ ನವೀಕರಿಸಬಹುದು.",
        "ta": "உங்கள் காப்பீடு {policy} முடிந்துவிட்டது. {date} வரை Aarokya செயலியில் புதுப்பிக்கலாம்.",
    },
    "mandate_paused": {
        "en": "UPI autopay of your premium is paused after failed debits. Resume it in the Aarokya app to stay covered.",
        "hi": "भुगतान विफल होने से आपके प्रीमियम का UPI ऑटोपे रुका है। सुरक्षित रहने के लिए Aarokya ऐप में फिर शुरू करें।",
        "kn": "ಪಾವತಿ ವಿಫಲವಾದ ಕಾರಣ ನಿಮ್ಮ ಪ್ರೀಮಿಯಂನ UPI ಆಟೋಪೇ ನಿಂತಿದೆ. Aarokya ಆ್ಯಪ್‌ನಲ್ಲಿ ಮತ್ತೆ ಆರಂಭಿಸಿ.",
        "ta": "பணம் எடுக்க முடியாததால் உங்கள் பிரீமியத்தின் UPI ஆட்டோபே நிறுத்தப்பட்டது. Aarokya செயலியில் மீண்டும் தொடங்கவும்.",
    },
    "mandate_ended": {
        "en": "UPI autopay of your premium has ended. Set it up again or pay in the Aarokya app to stay covered.",
        "hi": "आपके प्रीमियम का UPI ऑटोपे समाप्त हो गया है। सुरक्षित रहने के लिए Aarokya ऐप में भुगतान करें।",
        "kn": "ನಿಮ್ಮ ಪ್ರೀಮಿಯಂನ UPI ಆಟೋಪೇ ಮುಗಿದಿದೆ. ರಕ್ಷಣೆ ಮುಂದುವರಿಯಲು Aarokya ಆ್ಯಪ್‌ನಲ್ಲಿ ಪಾವತಿಸಿ.",
        "ta": "உங்கள் பிரீமியத்தின் UPI ஆட்டோபே முடிந்தது. பாதுகாப்பு தொடர Aarokya செயலியில் செலுத்தவும்.",
    },
    "premium_due": {
        "en": "{amount} of premium for your cover {policy} is unpaid. Pay in the Aarokya app by {date} to stay covered.",
        "hi": "आपके बीमा {policy} का {amount} प्रीमियम बाकी है। सुरक्षित रहने के लिए {date} तक Aarokya ऐप में भुगतान करें।",
        "kn": "ನಿಮ್ಮ ವಿಮೆ {policy} ಗೆ {amount} ಪ್ರೀಮಿಯಂ ಬಾಕಿ ಇದೆ. ರಕ್ಷಣೆ ಮುಂದುವರಿಯಲು {date} ಒಳಗೆ Aarokya ಆ್ಯಪ್‌ನಲ್ಲಿ ಪಾವತಿಸಿ.",
        "ta": "உங்கள் காப்பீடு {policy} க்கு {amount} பிரீமியம் பாக்கி உள்ளது. பாதுகாப்பு தொடர {date} க்குள் Aarokya செயலியில் செலுத்தவும்.",
    },
    "policy_lapsed": {
        "en": "Your cover {policy} ended on {date} because premiums were not paid. Buy it again in the Aarokya app.",
        "hi": "प्रीमियम न भरने से आपका बीमा {policy} {date} को समाप्त हो गया। Aarokya ऐप में फिर से खरीदें।",
        "kn": "ಪ್ರೀಮಿಯಂ ಪಾವತಿಸದ ಕಾರಣ ನಿಮ್ಮ ವಿಮೆ {policy} {date} ರಂದು ಮುಗಿಯಿತು. Aarokya ಆ್ಯಪ್‌ನಲ್ಲಿ ಮತ್ತೆ ಖರೀದಿಸಿ.",
        "ta": "பிரீமியம் செலுத்தாததால் உங்கள் காப்பீடு {policy} {date} அன்று முடிந்தது. Aarokya செயலியில் மீண்டும் வாங்கவும்.",
    },
    "debit_ahead": {
        "en": "UPI autopay takes {amount} of premium on {date}. Keep it in your account, or pause it in the Aarokya app.",
        "hi": "{date} को UPI ऑटोपे से {amount} प्रीमियम कटेगा। खाते में राशि रखें, या Aarokya ऐप में रोकें।",
        "kn": "{date} ರಂದು UPI ಆಟೋಪೇ ಮೂಲಕ {amount} ಪ್ರೀಮಿಯಂ ಕಡಿತವಾಗುತ್ತದೆ. ಖಾತೆಯಲ್ಲಿ ಹಣ ಇರಿಸಿ, ಅಥವಾ Aarokya ಆ್ಯಪ್‌ನಲ್ಲಿ ನಿಲ್ಲಿಸಿ.",
        "ta": "{date} அன்று UPI ஆட்டோபே மூலம் {amount} பிரீமியம் எடுக்கப்படும். கணக்கில் பணம் வைத்திருங்கள், அல்லது Aarokya செயலியில் நிறுத்தவும்.",
    },
    "debit_failed": {
        "en": "The UPI autopay debit of {amount} for {date} failed. Keep enough in your account, or pay in the Aarokya app.",
        "hi": "{date} का {amount} का UPI ऑटोपे भुगतान विफल रहा। खाते में राशि रखें, या Aarokya ऐप में भुगतान करें।",
        "kn": "{date} ರ {amount} UPI ಆಟೋಪೇ ಪಾವತಿ ವಿಫಲವಾಗಿದೆ. ಖಾತೆಯಲ್ಲಿ ಹಣ ಇರಿಸಿ, ಅಥವಾ Aarokya ಆ್ಯಪ್‌ನಲ್ಲಿ ಪಾವತಿಸಿ.",
        "ta": "{date} க்கான {amount} UPI ஆட்டோபே தோல்வியடைந்தது. கணக்கில் பணம் வைத்திருங்கள், அல்லது Aarokya செயலியில் செலுத்தவும்.",
    },
}


def key(template: str, language: str) -> str:
    """Return `template.language` as the settings name it; English where the language is not registered."""
    return f"{template}.{language if language in TEXTS[template] else ENGLISH}"


def values_for(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value[:VARIABLE_MAX] for name, value in values.items()}
