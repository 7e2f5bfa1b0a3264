// Threefry-2x32 with 20 rounds (Salmon et al., SC 2011): 64 random bits of a counter under a key.
// The same function as `threefry` in src/core/rng.ts, without arrays: indexing one by a variable is slow.
fn threefry_round(x: vec2<u32>, rotation: u32) -> vec2<u32> {
  let sum = x.x + x.y;
  return vec2<u32>(sum, ((x.y << rotation) | (x.y >> (32u - rotation))) ^ sum);
}

fn threefry_rounds(x: vec2<u32>, rotations: vec4<u32>) -> vec2<u32> {
  let half = threefry_round(threefry_round(x, rotations.x), rotations.y);
  return threefry_round(threefry_round(half, rotations.z), rotations.w);
}

fn threefry(key: vec2<u32>, counter: vec2<u32>) -> vec2<u32> {
  let even = vec4<u32>(13u, 15u, 26u, 6u);
  let odd = vec4<u32>(17u, 29u, 16u, 24u);
  let parity = 0x1bd11bdau ^ key.x ^ key.y;
  var x = counter + key;
  x = threefry_rounds(x, even) + vec2<u32>(key.y, parity + 1u);
  x = threefry_rounds(x, odd) + vec2<u32>(parity, key.x + 2u);
  x = threefry_rounds(x, even) + vec2<u32>(key.x, key.y + 3u);
  x = threefry_rounds(x, odd) + vec2<u32>(key.y, parity + 4u);
  x = threefry_rounds(x, even) + vec2<u32>(parity, key.x + 5u);
  return x;
}
