// Where each (token, expert) pair goes when the pairs are laid out by expert (src/ops/assign.ts): a counting sort over
// runs of pairs, in order and without atomics. `pairs_of` a sequence are divided into runs of RUN; sequences have a
// capacity for each expert, of which earlier pairs take their part first.
override WG: u32 = 64;
override E: u32;
// Pairs in all, pairs of a sequence, runs of a sequence, runs in all.
override pairs: u32;
override sequence: u32;
override sequenceRuns: u32;
override runs: u32;
// Pairs that an expert takes of a sequence at most.
override capacity: u32;
override S: u32;

const RUN = 64u;

@group(0) @binding(0) var<storage, read> choice: array<u32>;
// [runs, E]: how many pairs of the run there are, then where the first of them goes among the expert's.
@group(0) @binding(1) var<storage, read_write> tally: array<u32>;
// [runs, E]: how many of them are taken.
@group(0) @binding(2) var<storage, read_write> taken: array<u32>;
// [E]
@group(0) @binding(3) var<storage, read_write> kept: array<u32>;
@group(0) @binding(4) var<storage, read_write> slot: array<u32>;
@group(0) @binding(5) var<storage, read_write> source: array<u32>;
@group(0) @binding(6) var<storage, read_write> starts: array<u32>;
@group(0) @binding(7) var<storage, read_write> asked: array<u32>;

struct Range { begin: u32, end: u32 }

fn pairs_of(run: u32) -> Range {
  let first = run / sequenceRuns * sequence;
  let begin = first + run % sequenceRuns * RUN;
  return Range(begin, min(begin + RUN, first + sequence));
}

@compute @workgroup_size(WG)
fn count(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i < S) { source[i] = pairs; }
  if (i >= runs * E) { return; }
  let range = pairs_of(i / E);
  var n = 0u;
  for (var pair = range.begin; pair < range.end; pair++) { n += select(0u, 1u, choice[pair] == i % E); }
  tally[i] = n;
}

@compute @workgroup_size(WG)
fn rank(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let e = flat_index(id, groups, WG);
  if (e >= E) { return; }
  var place = 0u;
  var wanted = 0u;
  var left = 0u;
  for (var run = 0u; run < runs; run++) {
    if (run % sequenceRuns == 0u) { left = capacity; }
    let i = run * E + e;
    let n = tally[i];
    let taking = min(n, left);
    wanted += n;
    left -= taking;
    tally[i] = place;
    taken[i] = taking;
    place += taking;
  }
  kept[e] = place;
  asked[e] = wanted;
}

@compute @workgroup_size(WG)
fn place(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= runs * E) { return; }
  let e = i % E;
  var start = 0u;
  for (var before = 0u; before < e; before++) { start += kept[before]; }
  if (i == e) {
    starts[e] = start;
    if (e == E - 1u) { starts[E] = start + kept[e]; }
  }
  var at = start + tally[i];
  let end = at + taken[i];
  let range = pairs_of(i / E);
  for (var pair = range.begin; pair < range.end; pair++) {
    if (choice[pair] == e) {
      slot[pair] = select(S, at, at < end);
      if (at < end) {
        source[at] = pair;
        at++;
      }
    }
  }
}
