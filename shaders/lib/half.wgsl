enable f16;
// What a matrix product keeps in workgroup memory: its operands rounded to 16 bits, cut off at the largest of them.
alias Kept = vec4<f16>;

fn keep(v: vec4<f32>) -> Kept { return Kept(clamp(v, vec4(-65504.0), vec4(65504.0))); }
