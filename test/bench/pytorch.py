"""The benchmark's work in PyTorch, eager and compiled, as a peer of the lab.

    python test/bench/pytorch.py --configs small,big --threads 1,0
    npm run bench:peers -- --python python3 --peers "pytorch eager cpu,pytorch compiled cpu"

The first prints one JSON row for each size, mode, device and number of threads (0: all), with the fields of
`npm run bench:sizes`. In the second the lab starts `pytorch.py --contender`, which takes the lab's initial weights and
batches from a folder and answers one JSON message a line, so that losses are compared and rounds interleaved.

The same model as the lab's, by PyTorch's own fast paths: `rms_norm`, `scaled_dot_product_attention`, the fused AdamW.
All in float32, without TF32. No moving average of the weights, which the lab keeps.
"""

import argparse
import json
import math
import os
import platform
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import torch
from torch import nn
from torch.nn import functional as F

TABLE = json.loads((Path(__file__).parent / "sizes.json").read_text())
COMPARED = 3
CALIBRATION_SIZE = 192
BETAS, EPSILON, WEIGHT_DECAY, CLIP_NORM, RATE, WARM_UP = (0.9, 0.95), 1e-8, 0.1, 1.0, 2e-3, 4
NORM_EPSILON, THETA = 1e-6, 1e4


class Gain(nn.Module):
    """RMSNorm over the last axis with a gain."""

    def __init__(self, size):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(size))

    def forward(self, x):
        return F.rms_norm(x, self.gain.shape, self.gain, NORM_EPSILON)


class Layer(nn.Module):
    def __init__(self, C, H, hidden):
        super().__init__()
        self.heads = H
        self.norm1, self.norm2 = Gain(C), Gain(C)
        self.qNorm, self.kNorm = Gain(C // H), Gain(C // H)
        self.qkv = nn.Linear(C, 3 * C, bias=False)
        self.proj = nn.Linear(C, C, bias=False)
        self.gateUp = nn.Linear(C, 2 * hidden, bias=False)
        self.down = nn.Linear(hidden, C, bias=False)

    def forward(self, x, cos, sin):
        B, T, C = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(B, T, 3, self.heads, C // self.heads).permute(2, 0, 3, 1, 4)
        q, k = rotate(self.qNorm(q), cos, sin), rotate(self.kNorm(k), cos, sin)
        attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.proj(attended.transpose(1, 2).reshape(B, T, C))
        gate, up = self.gateUp(self.norm2(x)).chunk(2, dim=-1)
        return x + self.down(F.silu(gate) * up)


def rotate(x, cos, sin):
    """RoPE on [B, H, T, D]: channel j is paired with j + D/2."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)


class Model(nn.Module):
    """ids [B, T], targets [B·T] → mean cross-entropy, the column of the extra token left out."""

    def __init__(self, size, V):
        super().__init__()
        C, H, T = size["channels"], size["heads"], size["context"]
        hidden = math.ceil(8 * C / 3 / 16) * 16
        self.V = V
        self.embed = nn.Embedding(V, C)
        self.layers = nn.ModuleList(Layer(C, H, hidden) for _ in range(size["layers"]))
        self.norm = Gain(C)
        self.head = nn.Linear(C, V, bias=False)
        j = torch.arange(C // H // 2, dtype=torch.float64)
        angle = torch.arange(T, dtype=torch.float64)[:, None] * THETA ** (-2 * j * H / C)
        self.register_buffer("cos", angle.cos().float(), persistent=False)
        self.register_buffer("sin", angle.sin().float(), persistent=False)

    def forward(self, ids, targets):
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x, self.cos, self.sin)
        return F.cross_entropy(self.head(self.norm(x)).flatten(0, 1)[:, : self.V - 1], targets)


def parameter_name(name):
    """`layers.0.qkv.weight` and `norm.gain` are `layers.0.qkv` and `norm` in the lab."""
    return name.removesuffix(".weight").removesuffix(".gain")


class Run:
    """One model in training. `work`: size, V, batches [(ids, targets)], rates, initial weights by name or None."""

    def __init__(self, work, device, compiled):
        model = Model(work.size, work.vocabulary)
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if work.weights is not None:
                    parameter.copy_(work.weights[parameter_name(name)])
                elif parameter.dim() == 2:
                    nn.init.normal_(parameter, std=0.02)
        self.model = model.to(device)
        self.loss = torch.compile(self.model) if compiled else self.model
        self.batches = [(ids.to(device), targets.to(device)) for ids, targets in work.batches]
        self.rates = work.rates
        matrices = [p for p in self.model.parameters() if p.dim() == 2]
        gains = [p for p in self.model.parameters() if p.dim() == 1]
        groups = [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": gains, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=RATE, betas=BETAS, eps=EPSILON, fused=True)
        self.taken = 0

    def step(self):
        """Enqueues one optimizer step; its loss and gradient norm as tensors."""
        ids, targets = self.batches[self.taken % len(self.batches)]
        for group in self.optimizer.param_groups:
            group["lr"] = self.rates[min(self.taken, len(self.rates) - 1)]
        loss = self.loss(ids, targets)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), CLIP_NORM, foreach=True)
        self.optimizer.step()
        self.taken += 1
        return loss.detach(), norm


def read(metrics):
    """On the host, in one transfer; waits for everything before."""
    return torch.stack(metrics).tolist()


def device_name(device):
    if device == "cuda":
        return torch.cuda.get_device_name(device)
    count = torch.get_num_threads()
    return f"CPU, {count} thread{'s' if count > 1 else ''}"


def calibrate():
    """GFLOP/s of a product of matrices in PyTorch on one core: the machine's mood, not comparable with JavaScript's."""
    a = torch.full((CALIBRATION_SIZE, CALIBRATION_SIZE), 0.5)
    start = time.perf_counter()
    a @ a
    return 2 * CALIBRATION_SIZE**3 / (time.perf_counter() - start) / 1e9


# --- A contender of bench:peers ---------------------------------------------------------------------------------------


def work_from(folder):
    """What the lab wrote: work.json and weights.bin (hosts.mjs)."""
    described = json.loads((folder / "work.json").read_text())
    model = described["model"]
    flat = torch.from_file(str(folder / "weights.bin"), size=(folder / "weights.bin").stat().st_size // 4)
    weights, offset = {}, 0
    for entry in described["shapes"]:
        count = math.prod(entry["shape"])
        weights[entry["name"]] = flat[offset : offset + count].view(entry["shape"])
        offset += count
    batches = [
        (torch.tensor(batch["inputs"]).view(-1, model["context"]), torch.tensor(batch["targets"]))
        for batch in described["batches"]
    ]
    return SimpleNamespace(
        size=model, vocabulary=described["vocabulary"], batches=batches, rates=described["rates"], weights=weights
    )


class Contender:
    def __init__(self):
        self.run = None

    def open(self, name, folder):
        """`pytorch eager cpu`: the first steps' figures, and seconds to the first loss."""
        _, mode, device = name.split()
        if device == "cuda" and not torch.cuda.is_available():
            raise RuntimeError("PyTorch finds no CUDA device here")
        if device == "cpu":
            torch.set_num_threads(1)
        work = work_from(folder)
        start = time.perf_counter()
        self.run = Run(work, device, mode == "compiled")
        metrics = [read(self.run.step())]
        first = time.perf_counter() - start
        metrics += [read(self.run.step()) for _ in range(COMPARED - 1)]
        version = f"torch {torch.__version__}"
        return {
            "version": version,
            "adapter": device_name(device),
            "software": device == "cpu",
            "firstStep": first,
            "metrics": metrics,
        }

    def time(self, duration):
        calibration, steps, end = calibrate(), [], time.perf_counter() + duration / 1000
        while not steps or time.perf_counter() < end:
            start = time.perf_counter()
            read(self.run.step())
            steps.append((time.perf_counter() - start) * 1000)
        return {"calibration": calibration, "steps": steps}


def contend():
    # Compilers write to stdout as well: it is kept for the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    contender = Contender()
    for line in sys.stdin:
        message = json.loads(line)
        try:
            if "open" in message:
                answer = {"answer": contender.open(message["open"][0], Path(message["folder"]))}
            else:
                answer = {"answer": contender.time(message["time"])}
        except Exception as error:  # whatever it is, the lab's table says it
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


# --- By itself --------------------------------------------------------------------------------------------------------


def random_work(size):
    V, B, T = TABLE["vocabulary"], TABLE["batch"], size["context"]
    generator = torch.Generator().manual_seed(1)
    tokens = [torch.randint(V - 1, (B, T), generator=generator) for _ in range(8)]
    batches = [(F.pad(t[:, :-1], (1, 0), value=V - 1), t.flatten()) for t in tokens]
    rates = [RATE * (step + 1) / WARM_UP for step in range(WARM_UP)]
    return SimpleNamespace(size=size, vocabulary=V, batches=batches, rates=rates, weights=None)


def wait(device):
    if device == "cuda":
        torch.cuda.synchronize()


def matmul_rate(device):
    """GFLOP/s of the best of some products of two square float32 matrices of growing size."""
    best, n = 0.0, 512
    while n <= 4096:
        a = torch.full((n, n), 0.5, device=device)
        seconds = math.inf
        for _ in range(4):
            wait(device)
            start = time.perf_counter()
            a @ a
            wait(device)
            seconds = min(seconds, time.perf_counter() - start)
        best = max(best, 2 * n**3 / seconds / 1e9)
        if seconds > 0.04:
            break
        n *= 2
    return best


def training_flops(size, V, B):
    """As the lab counts them: three times the forward pass; causal attention has T(T + 1)/2 pairs."""
    L, C, T = size["layers"], size["channels"], size["context"]
    hidden = math.ceil(8 * C / 3 / 16) * 16
    matrices = L * (4 * C * C + 3 * hidden * C) + V * C
    return 3 * (2 * B * T * matrices + L * B * 4 * C * T * (T + 1) / 2)


def measure(name, mode, device, seconds, rate):
    """Steps without a pause for some seconds, metrics read now and then, as `bench:sizes` does it."""
    size = TABLE["sizes"][name]
    tokens = TABLE["batch"] * size["context"]
    start = time.perf_counter()
    run = Run(random_work(size), device, mode == "compiled")
    read(run.step())
    first = time.perf_counter() - start
    for _ in range(3):
        read(run.step())
    wait(device)
    steps, host, start = 0, 0.0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        for _ in range(TABLE["readEvery"] if steps else 1):
            before = time.perf_counter()
            metrics = run.step()
            host += time.perf_counter() - before
            steps += 1
            if device == "cpu" and time.perf_counter() - start >= seconds:
                break
        read(metrics)
    ms = (time.perf_counter() - start) * 1000 / steps
    gflops = training_flops(size, TABLE["vocabulary"], TABLE["batch"]) / ms / 1e6
    return {
        "config": name,
        "parameters": sum(p.numel() for p in run.model.parameters()),
        "contender": f"pytorch {mode}",
        "adapter": device_name(device),
        "steps": steps,
        "msPerStep": ms,
        "tokensPerS": tokens / ms * 1000,
        "gflops": gflops,
        "matmulGflops": rate,
        "matmulShare": gflops / rate,
        # On the CPU every call is the work itself.
        **({"hostMsPerStep": host * 1000 / steps} if device == "cuda" else {}),
        "firstStep": first,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--configs", default="small,big", help=f"of {', '.join(TABLE['sizes'])}, with commas")
    parser.add_argument("--modes", default="eager,compiled", help="eager, compiled, with a comma")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", choices=["cpu", "cuda"])
    parser.add_argument("--threads", default="1,0", help="on the CPU: numbers of threads, 0 for all, with commas")
    parser.add_argument("--seconds", type=float, default=5, help="of steps for each row")
    parser.add_argument("--contender", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contender:
        return contend()
    names, modes = options.configs.split(","), options.modes.split(",")
    for name in names:
        if name not in TABLE["sizes"]:
            parser.error(f"--configs: there is no “{name}”; allowed are {', '.join(TABLE['sizes'])}")
    for mode in modes:
        if mode not in ("eager", "compiled"):
            parser.error(f"--modes: there is no “{mode}”; allowed are eager and compiled")
    try:
        threads = [int(count) for count in options.threads.split(",")] if options.device == "cpu" else [0]
    except ValueError:
        parser.error(f"--threads: “{options.threads}” are no whole numbers with commas")
    all_threads = torch.get_num_threads()
    print(f"torch {torch.__version__}, Python {platform.python_version()}, {platform.machine()}", file=sys.stderr)
    for count in threads:
        torch.set_num_threads(count if count > 0 else all_threads)
        rate = matmul_rate(options.device)
        for name in names:
            for mode in modes:
                torch._dynamo.reset()
                try:
                    row = measure(name, mode, options.device, options.seconds, rate)
                except Exception as error:  # a compiler may be missing: the other rows are still wanted
                    row = {"config": name, "contender": f"pytorch {mode}", "why": f"{type(error).__name__}: {error}"}
                print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
