"""The words of the statement in the languages whose script we bundle; English where a language is not here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What is printed, apart from names, notes and numbers."""

    title: str
    period: str
    holder: str
    wallet: str
    opening: str
    closing: str
    money_in: str
    money_out: str
    balance: str
    day: str
    particulars: str
    own: str
    others: str
    nothing: str


ENGLISH = Words(
    title="Wallet Statement",
    period="Period",
    holder="Name",
    wallet="Wallet",
    opening="Opening balance",
    closing="Closing balance",
    money_in="Money in",
    money_out="Money out",
    balance="Balance",
    day="Date",
    particulars="Particulars",
    own="Own money",
    others="Given by others",
    nothing="No money moved in this period.",
)

WORDS: dict[str, Words] = {
    "en": ENGLISH,
    "hi": Words(
        title="वॉलेट विवरण",
        period="अवधि",
        holder="नाम",
        wallet="वॉलेट",
        opening="प्रारंभिक शेष",
        closing="अंतिम शेष",
        money_in="जमा",
        money_out="निकासी",
        balance="शेष",
        day="तारीख",
        particulars="विवरण",
        own="अपना पैसा",
        others="दूसरों का दिया पैसा",
        nothing="इस अवधि में कोई लेनदेन नहीं हुआ।",
    ),
    "mr": Words(
        title="वॉलेट विवरण",
        period="कालावधी",
        holder="नाव",
        wallet="वॉलेट",
        opening="सुरुवातीची शिल्लक",
        closing="अखेरची शिल्लक",
        money_in="जमा",
        money_out="खर्च",
        balance="शिल्लक",
        day="तारीख",
        particulars="तपशील",
        own="स्वतःचे पैसे",
        others="इतरांनी दिलेले पैसे",
        nothing="या कालावधीत कोणताही व्यवहार झाला नाही.",
    ),
    "kn": Words(
        title="ವ್ಯಾಲೆಟ್ ವಿವರಣೆ",
        period="ಅವಧಿ",
        holder="ಹೆಸರು",
        wallet="ವ್ಯಾಲೆಟ್",
        opening="ಆರಂಭಿಕ ಬಾಕಿ",
        closing="ಅಂತಿಮ ಬಾಕಿ",
        money_in="ಜಮಾ",
        money_out="ಖರ್ಚು",
        balance="ಬಾಕಿ",
        day="ದಿನಾಂಕ",
        particulars="ವಿವರಗಳು",
        own="ಸ್ವಂತ ಹಣ",
        others="ಇತರರು ನೀಡಿದ ಹಣ",
        nothing="ಈ ಅವಧಿಯಲ್ಲಿ ಯಾವುದೇ ವಹಿವಾಟು ಇಲ್ಲ.",
    ),
    "ta": Words(
        title="வாலட் அறிக்கை",
        period="காலம்",
        holder="பெயர்",
        wallet="வாலட்",
        opening="தொடக்க இருப்பு",
        closing="இறுதி இருப்பு",
        money_in="வரவு",
        money_out="செலவு",
        balance="இருப்பு",
        day="தேதி",
        particulars="விவரங்கள்",
        own="சொந்தப் பணம்",
        others="பிறர் கொடுத்த பணம்",
        nothing="இந்தக் காலத்தில் பரிவர்த்தனை எதுவும் இல்லை.",
    ),
    "te": Words(
        title="వాలెట్ స్టేట్‌మెంట్",
        period="కాలం",
        holder="పేరు",
        wallet="వాలెట్",
        opening="ప్రారంభ నిల్వ",
        closing="ముగింపు నిల్వ",
        money_in="జమ",
        money_out="ఖర్చు",
        balance="నిల్వ",
        day="తేదీ",
        particulars="వివరాలు",
        own="సొంత డబ్బు",
        others="ఇతరులు ఇచ్చిన డబ్బు",
        nothing="ఈ కాలంలో లావాదేవీలు లేవు.",
    ),
    "bn": Words(
        title="ওয়ালেট বিবরণী",
        period="সময়কাল",
        holder="নাম",
        wallet="ওয়ালেট",
        opening="প্রারম্ভিক স্থিতি",
        closing="সমাপনী স্থিতি",
        money_in="জমা",
        money_out="খরচ",
        balance="স্থিতি",
        day="তারিখ",
        particulars="বিবরণ",
        own="নিজের টাকা",
        others="অন্যের দেওয়া টাকা",
        nothing="এই সময়ে কোনো লেনদেন হয়নি।",
    ),
    "gu": Words(
        title="વૉલેટ વિગત",
        period="સમયગાળો",
        holder="નામ",
        wallet="વૉલેટ",
        opening="શરૂઆતની બાકી",
        closing="અંતિમ બાકી",
        money_in="જમા",
        money_out="ખર્ચ",
        balance="બાકી",
        day="તારીખ",
        particulars="વિગતો",
        own="પોતાના પૈસા",
        others="બીજાએ આપેલા પૈસા",
        nothing="આ સમયગાળામાં કોઈ વ્યવહાર થયો નથી.",
    ),
    "ml": Words(
        title="വാലറ്റ് സ്റ്റേറ്റ്‌മെന്റ്",
        period="കാലയളവ്",
        holder="പേര്",
        wallet="വാലറ്റ്",
        opening="പ്രാരംഭ ബാക്കി",
        closing="അവസാന ബാക്കി",
        money_in="വരവ്",
        money_out="ചെലവ്",
        balance="ബാക്കി",
        day="തീയതി",
        particulars="വിവരങ്ങൾ",
        own="സ്വന്തം പണം",
        others="മറ്റുള്ളവർ നൽകിയ പണം",
        nothing="ഈ കാലയളവിൽ ഇടപാടുകളൊന്നുമില്ല.",
    ),
}
