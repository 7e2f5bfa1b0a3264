// What attention.wgsl and attention.tile.wgsl share: the sizes, the buffers, and where a head's numbers are. Rows of qkv
// are q (H, D) | k (H, D) | v (H, D); D % 4 = 0. CAUSAL: position i sees only positions ≤ i.
override B: u32;
override T: u32;
override H: u32;
override D: u32;
override CAUSAL: bool;

@group(0) @binding(0) var<storage, read> qkv_vec4: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> o_vec4: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> lse: array<f32>;
@group(0) @binding(3) var<storage, read> out_vec4: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> dout_vec4: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read> logsum: array<f32>;
@group(0) @binding(6) var<storage, read_write> delta: array<f32>;
@group(0) @binding(7) var<storage, read_write> dqkv_vec4: array<vec4<f32>>;

// The score of a key that a query does not see: exp of it is 0 beside any other.
const HIDDEN = -3.4e38;

// vec4 index of the query of `row`; its key and value are H·D/4 and 2·H·D/4 further on.
fn query_at(row: u32, head: u32) -> u32 { return (row * 3 * H + head) * (D / 4); }
