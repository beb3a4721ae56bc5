#!/usr/bin/env bash
# Everything in docs/results/: stage-1 models with further seeds, tables of pairs, all experiments. Needs the models of
# reproduce.sh (stage 1 of the bundled model and its twin; the students and the twin of the paper protocol).
#   experiments/reproduce-ipac.sh NER PAIRS [RUNS]
# NER holds source/ and target/, PAIRS lists of pairs (LANGUAGE.tsv.gz), RUNS (default: runs) the run folders.
# About six hours on one core; what is done is not done again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
data=$1 lists=$2 runs=${3:-runs}
ipaner=${IPANER:-.venv/bin/ipaner}

train() { # CONFIG NAME [--set KEY=VALUE]...
  "$ipaner" train "experiments/$1.yaml" --data "$data/source" --out "$runs/$2" --cache "$runs/words.sqlite" \
    --threads 1 --no-export --set name="$2" "${@:3}"
}

for seed in 2 3; do
  train bundled ipaner-open-compact-2-s$seed-stage1 --set seed=$seed
done
train leave-out leave-out
teachers="groups.1.teachers=[$runs/ipaner-paper-student-1/checkpoint,$runs/ipaner-paper-student-2/checkpoint]"
for seed in 1 2 3; do
  train paper-compact ipaner-paper-compact-s$seed --set seed=$seed --set "$teachers"
done

build() { # NAME [--set KEY=VALUE]...
  [[ -f $runs/$1.tsv.gz ]] || "$ipaner" pairs build experiments/pairs-all.yaml --data "$lists" \
    --cache "$runs/words.sqlite" --out "$runs/$1.tsv.gz" "${@:2}"
}
build pairs-all
build pairs-published --set profile=published --set leave_out_untranscribed=true

run() { # NAME TABLE
  "$ipaner" experiment run "$1" --data "$data" --models "$runs" --pairs "$runs/$2.tsv.gz" --work "$runs/experiments" \
    --cache "$runs/words.sqlite" --threads 1
  "$ipaner" experiment report "$1" --work "$runs/experiments"
}
run setting pairs-all
run main pairs-all
run main_paper pairs-published
for name in korean_size size_hindi size_vietnamese temperature cosine family too_much representation g2p_noise audio; do
  run "$name" pairs-all
done
run causal pairs-all # last: it correlates the runs of all the others
