// What a matrix product keeps in workgroup memory: its operands as they are.
alias Kept = vec4<f32>;

fn keep(v: vec4<f32>) -> Kept { return v; }
