"""Names of people and companies in the world's scripts, and what a PDF draws of them."""

import re
from io import BytesIO

import pikepdf

NAMES = {
    "Latin": "Łódź Žižkov Ünver Şirketi Ærø Þór Ő",
    "Vietnamese": "Công ty Nguyễn Ưng Hữu Phước",
    "Greek": "Παράδειγμα Α.Ε.",
    "Cyrillic": "ООО «Пример» Їжак Ђорђе Қазақ",
    "Armenian": "Օրինակ Ապահովագրություն",
    "Georgian": "მაგალითი დაზღვევა",
    "Hebrew": "חברת הדוגמה בע״מ",
    "Arabic": "شركة النور للتأمين",
    "Persian": "شرکت نمونهٔ پارس گچپژ",
    "Urdu": "مثالی کمپنی ٹڈڑ لاہور",
    "Devanagari": "उदाहरण प्राइवेट लिमिटेड",
    "Bengali": "উদাহরণ প্রাইভেট লিমিটেড",
    "Gurmukhi": "ਉਦਾਹਰਣ ਪ੍ਰਾਈਵੇਟ",
    "Gujarati": "ઉદાહરણ પ્રાઇવેટ લિમિટેડ",
    "Odia": "ଉଦାହରଣ ପ୍ରାଇଭେଟ",
    "Tamil": "எடுத்துக்காட்டு நிறுவனம்",
    "Telugu": "ఉదాహరణ ప్రైవేట్ లిమిటెడ్",
    "Kannada": "ಉದಾಹರಣೆ ಪ್ರೈವೇಟ್",
    "Malayalam": "ഉദാഹരണം പ്രൈവറ്റ്",
    "Sinhala": "උදාහරණ සමාගම",
    "Thai": "บริษัท ตัวอย่าง จำกัด",
    "Lao": "ບໍລິສັດ ຕົວຢ່າງ",
    "Khmer": "ក្រុមហ៊ុន ឧទាហរណ៍",
    "Burmese": "ဥပမာ ကုမ္ပဏီ လီမိတက်",
    "Ethiopic": "ምሳሌ ኩባንያ",
    "Tibetan": "དཔེར་བརྗོད།",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ",
    "Thaana": "މިސާލު",
    "Cherokee": "ᏣᎳᎩ",
    "Japanese": "株式会社サンプル保険",
    "Korean": "예시 주식회사",
    "simplified Chinese": "示例保险有限公司",
    "traditional Chinese": "範例保險股份有限公司",
    "rare Chinese": "𠮷野家 髙﨑",
    "emoji": "Acme 🚀 😀 👩🏽‍💻 🇩🇪 ☎",
    "signs": "Acme™ № ★ ∑ ⅓",
}
RIGHT_TO_LEFT = ("Hebrew", "Arabic", "Persian", "Urdu", "Thaana")


def missing_characters(pdf: bytes) -> set[str]:
    """The characters that a PDF draws as boxes, because none of its fonts has them.

    WeasyPrint gives a font with such characters a map of its own, which sends them to glyph 0.
    """
    missing = set()
    with pikepdf.open(BytesIO(pdf)) as document:
        for font in document.objects:
            if not isinstance(font, pikepdf.Dictionary) or font.get("/Subtype") != "/Type0":
                continue
            if isinstance(font.Encoding, pikepdf.Name):  # the identity: each glyph by its number
                continue
            written = font.Encoding.read_bytes().decode()
            codes = re.findall(r"<([0-9a-f]{4})> 0\b", written)
            known = font.ToUnicode.read_bytes().decode()
            for code in codes:
                meant = re.search(rf"<{code}> <([0-9a-fA-F]+)>", known)
                missing.add(bytes.fromhex(meant[1]).decode("utf-16-be") if meant else code)
    return missing
