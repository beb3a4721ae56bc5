"""How fast names are searched and joined on one core, and how many partners a join of long lists finds.

    python experiments/names_speed.py --text FOLDER

The lists are the held-out and other names of the package's pairs, one language a name: what the join finds is no
measure of new names (experiments/retrieval.py is); it shows what is lost by comparing neighbours among vectors only.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from ipaner.files import atomic_write, read_lines
from ipaner.names import match as matching
from ipaner.names.match import match
from ipaner.names.search import Passage, search
from ipaner.pairs import read_pairs
from ipaner.pairs.shipped import shipped_table

OUT = Path("experiments/results/names_speed.json")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, required=True, help="Folder of LANGUAGE.txt.gz")
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    result: dict[str, object] = {"command": "python experiments/names_speed.py " + " ".join(sys.argv[1:])}
    for code, query in (("swa", "Nairobi"), ("amh", "Addis Ababa")):
        lines = [line for number, line in read_lines(options.text / f"{code}.txt.gz") if number <= options.lines]
        passages = [Passage(line, code) for line in lines]
        words = sum(len(line.split()) for line in lines)
        start = time.process_time()
        search(query, "eng", passages)
        first = time.process_time() - start
        start = time.process_time()
        hits = search(query, "eng", passages)
        again = time.process_time() - start
        result[f"search {code}"] = {
            "query": query,
            "words": words,
            "hits": len(hits),
            "cpu_seconds_with_transcription": round(first, 1),
            "cpu_seconds_transcribed_before": round(again, 1),
        }
    table = [pair for pair in read_pairs(shipped_table()) if pair.relation == "name"]
    # The same English name stands for several languages: a partner of any of them is right
    left = [(pair.english, "eng") for pair in table]
    right = [(pair.word, pair.language) for pair in table]
    start = time.process_time()
    found = match(left, right)
    seconds = time.process_time() - start
    right_ones = sum(table[m.left].english.casefold() == table[m.right].english.casefold() for m in found)
    result["match"] = {
        "names": len(left),
        "partners": len(right),
        "neighbours": matching.NEIGHBOURS,
        "cpu_seconds": round(seconds, 1),
        "found": len(found),
        "right": round(right_ones / len(found), 4),
    }
    with atomic_write(options.out) as file:
        file.write(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
