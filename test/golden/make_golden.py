"""Golden values of the model and its training, computed by PyTorch.

An independent implementation: it shares no code with the TypeScript and follows the description of the architecture
(pre-norm RMSNorm, per-head QK-norm, RoPE by rotating halves, SwiGLU, no biases) with PyTorch's own autograd,
`clip_grad_norm_` and `AdamW`. Writes weights.safetensors, ar.safetensors and diffusion.safetensors beside itself, and
python.safetensors, an example of the file format; README.md says what they hold.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).parent
SPEC = json.loads((HERE / "spec.json").read_text())
MODEL, TRAIN = SPEC["model"], SPEC["train"]
SYMBOLS = 10
VOCABULARY = SYMBOLS + 1
EXTRA = SYMBOLS  # BOS of the autoregressive family, [MASK] of the diffusion family
STEPS, BATCH, CONTEXT = TRAIN["steps"], TRAIN["batch"], MODEL["context"]
BETAS, EPSILON = (TRAIN["beta1"], TRAIN["beta2"]), TRAIN["epsilon"]


class RMSNorm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.gain = nn.Parameter(torch.empty(size))

    def forward(self, x):
        return self.gain * x / torch.sqrt((x * x).mean(-1, keepdim=True) + MODEL["normEpsilon"])


def rotate(x):
    """RoPE on [B, H, T, D]: channel j is paired with j + D/2 and turned by position · θ^(−2j/D).

    The lab keeps the cosines and sines in a table of float32, also where it computes in float64.
    """
    half = x.shape[-1] // 2
    j = torch.arange(half, dtype=torch.float64)
    angle = torch.arange(x.shape[-2], dtype=torch.float64)[:, None] * MODEL["ropeTheta"] ** (-j / half)
    cos, sin = angle.cos().float().to(x.dtype), angle.sin().float().to(x.dtype)
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)


class Layer(nn.Module):
    def __init__(self, C, H, F_):
        super().__init__()
        self.heads = H
        self.norm1 = RMSNorm(C)
        self.qkv = nn.Linear(C, 3 * C, bias=False)
        self.qNorm = RMSNorm(C // H)
        self.kNorm = RMSNorm(C // H)
        self.proj = nn.Linear(C, C, bias=False)
        self.norm2 = RMSNorm(C)
        self.gateUp = nn.Linear(C, 2 * F_, bias=False)
        self.down = nn.Linear(F_, C, bias=False)

    def forward(self, x, causal):
        B, T, C = x.shape
        D = C // self.heads
        q, k, v = (part.view(B, T, self.heads, D).transpose(1, 2) for part in self.qkv(self.norm1(x)).chunk(3, dim=-1))
        scores = rotate(self.qNorm(q)) @ rotate(self.kNorm(k)).transpose(-1, -2) / D**0.5
        if causal:
            scores = scores.masked_fill(torch.ones(T, T, dtype=torch.bool).triu(1), float("-inf"))
        x = x + self.proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(B, T, C))
        gate, up = self.gateUp(self.norm2(x)).chunk(2, dim=-1)
        return x + self.down(F.silu(gate) * up)


class Model(nn.Module):
    def __init__(self, causal):
        super().__init__()
        C = MODEL["channels"]
        self.causal = causal
        self.embed = nn.Embedding(VOCABULARY, C)
        self.layers = nn.ModuleList(Layer(C, MODEL["heads"], MODEL["feedForward"]) for _ in range(MODEL["layers"]))
        self.norm = RMSNorm(C)
        self.head = nn.Linear(C, VOCABULARY, bias=False)

    def forward(self, tokens):
        x = self.embed(tokens)
        for layer in self.layers:
            x = layer(x, self.causal)
        return self.head(self.norm(x))


def parameter_name(name):
    """`layers.0.qkv.weight` and `norm.gain` are `layers.0.qkv` and `norm` in the lab."""
    return name.removesuffix(".weight").removesuffix(".gain")


def loss_of(logits, targets, weights):
    """Σ weights · CE, with the column of the extra token suppressed: its probability is 0."""
    allowed = logits.index_fill(-1, torch.tensor([EXTRA]), float("-inf"))
    return (weights * F.cross_entropy(allowed.flatten(0, 1), targets.flatten(), reduction="none").view_as(weights)).sum()


def random_weights(generator):
    """Far from any initialisation, so that every gain and every matrix matters."""
    weights = {}
    for name, parameter in Model(True).named_parameters():
        noise = torch.randn(parameter.shape, generator=generator) * 0.3
        weights[parameter_name(name)] = noise + 1 if parameter.dim() == 1 else noise
    return weights


def ar_batches(generator):
    targets = torch.randint(SYMBOLS, (STEPS, BATCH, CONTEXT), generator=generator)
    inputs = F.pad(targets[..., :-1], (1, 0), value=EXTRA)
    return inputs, targets, torch.full(targets.shape, 1 / (BATCH * CONTEXT))


def diffusion_batches(generator):
    targets = torch.randint(SYMBOLS, (STEPS, BATCH, CONTEXT), generator=generator)
    t = 0.1 + 0.9 * torch.rand(STEPS, BATCH, 1, generator=generator)
    masked = torch.rand(targets.shape, generator=generator) < t
    inputs = targets.masked_fill(masked, EXTRA)
    return inputs, targets, masked / (t * BATCH * CONTEXT)


def optimizer_of(model):
    matrices = [p for p in model.parameters() if p.dim() == 2]
    gains = [p for p in model.parameters() if p.dim() == 1]
    groups = [{"params": matrices, "weight_decay": TRAIN["weightDecay"]}, {"params": gains, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=TRAIN["learningRate"], betas=BETAS, eps=EPSILON, foreach=False)


def train(causal, initial, batches, dtype):
    """Logits, loss and gradients of the first batch at the initial weights, then ten steps of training."""
    model = Model(causal).to(dtype)
    model.load_state_dict({name: initial[parameter_name(name)].to(dtype) for name, _ in model.named_parameters()})
    optimizer = optimizer_of(model)
    golden, losses, norms = {}, [], []
    for step, (inputs, targets, weights) in enumerate(zip(*batches)):
        logits = model(inputs)
        loss = loss_of(logits, targets, weights.to(dtype))
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            golden["logits"] = logits.detach().clone()
            for name, parameter in model.named_parameters():
                golden[f"gradient.{parameter_name(name)}"] = parameter.grad.clone()
        losses.append(loss.detach())
        norms.append(nn.utils.clip_grad_norm_(model.parameters(), TRAIN["clipNorm"]))
        for group in optimizer.param_groups:
            group["lr"] = TRAIN["learningRate"] * min(1, (step + 1) / TRAIN["warmupSteps"])
        optimizer.step()
    golden["losses"], golden["gradientNorms"] = torch.stack(losses), torch.stack(norms)
    for name, parameter in model.named_parameters():
        golden[f"final.{parameter_name(name)}"] = parameter.detach()
    return golden


def save_example():
    """Every type that the lab reads, a scalar, an empty tensor, and names that need escaping and sorting."""
    tensors = {
        "b": torch.tensor([[1.5, -2.25, 3.0], [0.1, float("inf"), -0.0]]),
        "a": torch.tensor([1.0, 2.0, 4.0]),
        "counts": torch.tensor([0, 1, 4294967295], dtype=torch.uint32),
        "exact": torch.tensor(1 / 3, dtype=torch.float64),
        "nothing": torch.empty(0, 4),
        'quoted "ü"': torch.tensor([7.0]),
    }
    save_file(tensors, HERE / "python.safetensors", metadata={"title": 'written by "Python", ü'})


def main():
    torch.use_deterministic_algorithms(True)
    generator = torch.Generator().manual_seed(SPEC["seed"])
    initial = random_weights(generator)
    save_file(initial, HERE / "weights.safetensors")
    save_example()
    for family, causal, batches in [
        ("ar", True, ar_batches(generator)),
        ("diffusion", False, diffusion_batches(generator)),
    ]:
        exact = train(causal, initial, batches, torch.float64)
        single = train(causal, initial, batches, torch.float32)
        inputs, targets, weights = batches
        tensors = {
            "inputs": inputs.to(torch.uint32),
            "targets": targets.to(torch.uint32),
            "weights": weights,
            **{name: t.float() if name.startswith("final.") else t for name, t in exact.items()},
            "losses32": single["losses"],
        }
        save_file({name: t.contiguous() for name, t in tensors.items()}, HERE / f"{family}.safetensors")
        deviation = max((single[name] - exact[name]).abs().max() / exact[name].abs().max() for name in exact)
        print(family, "losses", [round(x, 4) for x in exact["losses"].tolist()])
        print(family, "gradient norms", [round(x, 3) for x in exact["gradientNorms"].tolist()])
        print(family, f"largest deviation of float32: {deviation:.1e}")


if __name__ == "__main__":
    main()
