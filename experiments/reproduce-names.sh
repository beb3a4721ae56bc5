#!/usr/bin/env bash
# The name memory and the models that hear it: levers on languages kept out, three seeds and their blind twins, the paper's
# protocol, and what is measured of them.
#   experiments/reproduce-names.sh DATA [RUNS]     DATA holds source/ and target/ under ner/, text/, pronunciations/, pairs/
# On one core a model takes about a quarter of an hour, everything most of a day. Finished runs are not begun anew.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
data=$1 runs=${2:-runs} results=experiments/results
news=masakhaner2,masakhaner1,mahaner,il_ner,uner,multiner_lk
news_languages=kin,yor,amh,mar,ori,tel,urd,hrv,sin
ipaner=${IPANER:-.venv/bin/ipaner} python=$(dirname "${IPANER:-.venv/bin/ipaner}")/python

train() { # CONFIG NAME [OPTIONS]...
  [[ -f "$runs/$2/checkpoint/manifest.json" ]] || "$ipaner" train "experiments/$1.yaml" --data "$data/ner/source" \
    --out "$runs/$2" --cache "$runs/words.sqlite" --threads 1 --set name="$2" "${@:3}"
}

measure() { # MODEL NAME [OPTIONS]...
  "$ipaner" evaluate --model "$1" --data "$data/ner/target" --corpora wikiann_zeroshot --languages all --json \
    -o "$results/$2.wikiann.all.json" "${@:3}"
  "$ipaner" evaluate --model "$1" --data "$data/ner/target" --corpora "$news" --languages "$news_languages" --json \
    -o "$results/$2.news.json" "${@:3}"
}

# The index in the package; the paper's protocol may know English names only
"$ipaner" names build --text "$data/text" --out src/ipaner/names/bundled
"$ipaner" names build --languages eng --no-own --out "$runs/names-eng"

# Levers, at equal compute, on six languages kept out
small=(--set encoder.hidden=192 --set encoder.layers=3 --set encoder.phone_width=96 --set optimisation.steps=1500
  --set optimisation.bf16=false --set validation_limit=400)
with=(--set input.memory=bundled --set input.folded=true)
lever() { train leave-out "lo-$1" "${small[@]}" "${@:2}"; }
lever nomem
lever whole --set input.memory=bundled
lever own "${with[@]}"
lever blind "${with[@]}" --set input.blind=true
lever case6 "${with[@]}" --set input.case_dropout=0.6
lever ownmask "${with[@]}" --set input.sentence_masking=0.3 --set input.word_masking=0.3
lever xname "${with[@]}" --set input.name_exchange=0.3
lever noise "${with[@]}" --set input.sound_noise=0.1
lever big "${with[@]}" --set encoder.hidden=256 --set encoder.layers=4 --set encoder.phone_width=128 --set optimisation.steps=800
"$ipaner" pretrain experiments/pretrain.yaml --text "$data/text" --out "$runs/pretrain" --cache "$runs/words.sqlite" \
  --threads 1 --set input.memory=bundled --set input.folded=true
lever pretrained "${with[@]}" --set optimisation.steps=1000 --set start_from="$runs/pretrain/checkpoint"
"$ipaner" train experiments/leave-out-student.yaml --data "$data/ner/source" --text "$data/text" --out "$runs/lo-student" \
  --cache "$runs/words.sqlite" --threads 1 --set name=lo-student "${small[@]}" "${with[@]}" \
  --set "groups.2.teachers=[$runs/lo-own/checkpoint,$runs/lo-blind/checkpoint]"
"$python" experiments/transfer.py experiments/leave-out.yaml "$runs"/lo-* --data "$data/ner/source" \
  --cache "$runs/words.sqlite" --boldness 0 1 --csv "$results/names-levers.csv"

# Three seeds, and twins that hear no phoneme: with the memory and without
for seed in 1 2 3; do
  train names "open-$seed" --set seed=$seed
  train names "open-blind-$seed" --set seed=$seed --set input.blind=true
  train names "open-deaf-$seed" --set seed=$seed --set input.blind=true --set input.memory=null
  for kind in open open-blind open-deaf; do measure "$runs/$kind-$seed/checkpoint" "names-$kind-$seed"; done
done

# The paper's protocol with English names
for kind in hear blind; do
  train paper-teacher "paper-names-$kind" --set input.memory="$runs/names-eng" --set input.folded=true \
    --set encoder.hidden=192 --set encoder.phone_width=96 --set optimisation.bf16=false --set optimisation.steps=1200 \
    --set input.blind="$([[ $kind = blind ]] && echo true || echo false)"
done
train paper-compact paper-names-student --set input.memory="$runs/names-eng" --set input.folded=true \
  --set encoder.hidden=192 --set encoder.phone_width=96 --set optimisation.bf16=false --set optimisation.steps=1800 \
  --set "groups.1.teachers=[$runs/paper-names-hear/checkpoint,$runs/paper-names-blind/checkpoint]"
for kind in hear blind student; do
  "$ipaner" evaluate --model "$runs/paper-names-$kind/checkpoint" --data "$data/ner/target" --corpora wikiann_zeroshot \
    --languages case1 --json -o "$results/names-paper-$kind.wikiann.case1.json"
done

"$python" experiments/held_out_temperature.py experiments/leave-out.yaml "$runs/lo-own" --data "$data/ner/source" \
  --cache "$runs/words.sqlite" --boldness 0.5
"$python" experiments/bundle.py ipaner-open-names "$runs/open-2" "$runs/open-1" --temperature 1.6 \
  --data "$data/ner/source" --cache "$runs/words.sqlite" --out src/ipaner/runtime/bundled
measure bundled names-bundled
"$python" experiments/predict_f1.py "$results/names-bundled.wikiann.all.json" "$results/names-bundled.news.json" \
  --model src/ipaner/runtime/bundled
"$python" experiments/accuracy.py
"$python" experiments/errors.py --model bundled --data "$data/ner/target" --pronunciations "$data/pronunciations" \
  -o "$results/errors.json"
