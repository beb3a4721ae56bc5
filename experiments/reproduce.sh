#!/usr/bin/env bash
# Train every model whose numbers stand in experiments/results/, and measure them again.
# The results named first-* and open-before.* are of the bundled model before, made at the commit that brought it, with
# the same script; shape and stages were taken apart there.
#   experiments/reproduce.sh DATA [RUNS]     DATA holds source/ and target/, RUNS (default: runs) the run folders
# On one core a model takes about half an hour. A finished or interrupted run is gone on with, not begun anew.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
data=$1 runs=${2:-runs} results=experiments/results
news=masakhaner2,masakhaner1,mahaner,il_ner,uner,multiner_lk
news_languages=kin,yor,amh,mar,ori,tel,urd,hrv,sin
ipaner=${IPANER:-.venv/bin/ipaner}

train() { # CONFIG NAME [--set KEY=VALUE]...
  "$ipaner" train "experiments/$1.yaml" --data "$data/source" --out "$runs/$2" --cache "$runs/words.sqlite" \
    --threads 1 --set name="$2" "${@:3}"
}

measure() { # MODEL TWIN NAME [OPTIONS]...
  for scope in case1 all; do
    "$ipaner" evaluate --model "$1" --against "$2" --data "$data/target" --corpora wikiann_zeroshot \
      --languages "$scope" --json -o "$results/$3.wikiann.$scope.json" "${@:4}"
  done
}

name=ipaner-open-compact-2
train bundled $name-stage1
train bundled $name-blind-stage1 --set input.blind=true
train bundled-2 $name --set start_from="$runs/$name-stage1/checkpoint"
train bundled-2 $name-blind --set input.blind=true --set start_from="$runs/$name-blind-stage1/checkpoint"

# The paper's protocol in three rounds: teachers of English alone, two students, and the student of these
paper=ipaner-paper
teachers() { echo "groups.1.teachers=[$runs/$1/checkpoint,$runs/$2/checkpoint]"; }
train paper-teacher $paper-teacher
train paper-teacher $paper-teacher-blind --set input.blind=true --set encoder.dropout=0.1
for seed in 1 2; do
  train paper-compact $paper-student-$seed --set seed=$seed --set "$(teachers $paper-teacher-blind $paper-teacher)"
done
train paper-compact $paper-compact --set "$(teachers $paper-student-1 $paper-student-2)"
train paper-compact $paper-compact-blind --set input.blind=true --set "$(teachers $paper-student-1 $paper-student-2)"

measure "$runs/$name/checkpoint" "$runs/$name-blind/checkpoint" open
"$ipaner" evaluate --model "$runs/$name/checkpoint" --precision fp32 --data "$data/target" --corpora wikiann_zeroshot \
  --languages all --json -o "$results/open-fp32.wikiann.all.json"
measure "$runs/ipaner-paper-compact/checkpoint" "$runs/ipaner-paper-compact-blind/checkpoint" paper
"$ipaner" evaluate --model "$runs/$name/checkpoint" --against "$runs/$name-blind/checkpoint" --data "$data/target" \
  --corpora "$news" --languages "$news_languages" --json -o "$results/open.news.json"
"$(dirname "$ipaner")/python" experiments/summarise.py
