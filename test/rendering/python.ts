import { execFileSync } from "node:child_process";
import { join } from "node:path";
import * as z from "zod";
import { binFolder, type Release } from "../support/mlflow-install.ts";

/** What MLflow's Python client renders; undefined where it raises an error or takes over a second of processor time. */
export type PythonResult = string | undefined;

const script = `
import json, signal, sys, warnings
warnings.simplefilter("ignore")
from mlflow.entities.model_registry import PromptVersion

def give_up(number, frame):
    raise TimeoutError()

signal.signal(signal.SIGVTALRM, give_up)

# Imports Jinja2 before anything is measured.
PromptVersion("p", 1, "{% if x %}{% endif %}").format(x=1)

def rendered(case):
    signal.setitimer(signal.ITIMER_VIRTUAL, 1)
    try:
        return PromptVersion("p", 1, case["template"]).format(**json.loads(case["values"]))
    except BaseException:
        return None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)

print(json.dumps([rendered(case) for case in json.load(sys.stdin)]))
`;

/** Renders with MLflow's Python client. `values` is the text of a JSON object. */
export function renderInPython(
  release: Release,
  cases: readonly { readonly template: string; readonly values: string }[],
): readonly PythonResult[] {
  const python = join(binFolder(release), "python");
  const options = {
    input: JSON.stringify(cases),
    maxBuffer: 1024 * 1024 * 1024,
    env: { ...process.env, PYTHONUTF8: "1" },
  };
  const output = JSON.parse(String(execFileSync(python, ["-c", script], options)));
  return z
    .array(z.string().nullable())
    .parse(output)
    .map((text) => text ?? undefined);
}
