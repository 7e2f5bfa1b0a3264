#!/bin/bash
# One sweep on n processes of this machine, or of several over ssh, by GNU parallel.
#
#   docs/clusters/parallel.sh 4 ar-input-masking --scale minutes
#   docs/clusters/parallel.sh 8 data-budget --scale coffee        # with PARALLEL="--sshlogin node1,node2 --workdir $PWD"
#
# Run it from the folder of the clone, which all hosts must see. A process takes two cores (a thread a family), so one
# for every two cores is right. Run again after anything went wrong, it does what is left.
set -eu
shards=$1
experiment=$2
shift 2
out=${CROSSOVER_OUT:-sweeps/$experiment}

# Builds the command line once, before all processes look for it at the same time.
crossover="node src/hosts/cli/crossover.mjs"
$crossover --version > /dev/null

cores=$(nproc)
jobs=${JOBS:-$((cores < 4 ? 1 : cores / 2))}
seq "$shards" | parallel --jobs "$jobs" --tag --line-buffer --halt soon,fail=1 \
  $crossover sweep "$experiment" "$@" --out "$out/{}" --shard "{}/$shards"

$crossover merge $(seq -f "$out/%g" "$shards") --out "$out/whole"
