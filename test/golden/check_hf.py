"""Opens the run folders that the TypeScript writes with Hugging Face transformers, unmodified.

Checks that the logits are those of make_golden.py and that the tokenizer works, then records the logits in
hf.safetensors beside this file, so that the tests can compare with transformers without Python.
Run from the root of the repository, after `npm ci`.
"""

import json
import subprocess
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

HERE = Path(__file__).parent
WRITE_FOLDERS = """
import('vite')
  .then(({ runnerImport }) => runnerImport('/test/golden/folder.ts'))
  .then(({ module }) => module.writeGoldenFolders(process.argv[1]))
"""


def open_model(folder, **options):
    model, report = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True, **options)
    problems = {kind: names for kind, names in report.items() if names}
    assert not problems, problems
    return model.eval()


def check_model(folder, family):
    model = open_model(folder)
    golden = load_file(HERE / f"{family}.safetensors")
    with torch.no_grad():
        logits = model(golden["inputs"][0].long()).logits
    deviation = (logits - golden["logits"]).abs().max() / golden["logits"].abs().max()
    print(f"{family}: logits deviate by {deviation:.1e} of the largest")
    assert logits.dtype == torch.float32 and deviation < 1e-5, deviation
    return logits


def logits_of_experts(folder):
    """Nothing in PyTorch to compare with: the tests compare our own logits with these."""
    inputs = load_file(HERE / "ar.safetensors")["inputs"][0].long()
    model = open_model(folder)
    assert type(model).__name__ == "Qwen3MoeForCausalLM", type(model)
    with torch.no_grad():
        return model(inputs).logits


def check_tokenizer(folder, extra):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = tokenizer("Badge cab?")["input_ids"]
    assert ids == [1, 0, 3, 6, 4, 2, 0, 1], ids  # lower-cased; the space and the mark are not in the vocabulary
    assert tokenizer.decode(ids) == "badgecab", tokenizer.decode(ids)
    assert tokenizer.convert_tokens_to_ids(extra) == 10
    return tokenizer


def main():
    with tempfile.TemporaryDirectory() as root:
        subprocess.run(["node", "-e", WRITE_FOLDERS, root], check=True)
        ar, diffusion = Path(root, "ar"), Path(root, "diffusion")
        logits = {
            "ar": check_model(ar, "ar"),
            "diffusion": check_model(diffusion, "diffusion"),
            "experts": logits_of_experts(Path(root, "experts")),
        }
        assert check_tokenizer(ar, "<bos>").bos_token_id == json.loads((ar / "config.json").read_text())["bos_token_id"]
        assert check_tokenizer(diffusion, "[MASK]").mask_token_id == 10
    save_file({family: t.contiguous() for family, t in logits.items()}, HERE / "hf.safetensors")


if __name__ == "__main__":
    main()
