import { ConfigError } from "../../config/errors.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import type { Gate } from "../../registry/evaluation/gate/gate.ts";
import type { Prompt } from "../../registry/types.ts";
import { findReference } from "../../registry/versions/find-reference.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { checkVersion, gatesOn, scorersOfGates } from "../../tools/checks/dataset-gates.ts";
import { evaluatePrompt } from "../../tools/evaluating/evaluate-prompt.ts";
import { viewGateCheck } from "../../tools/output/gate-view.ts";
import { callTool } from "../call-tool.ts";
import type { Action, CommandContext } from "../command.ts";
import { type EvaluateRequest, readEvaluateRequest } from "../evaluate-request.ts";
import { evaluationTable, shownEvaluation } from "../evaluation-table.ts";
import { exitCodes } from "../exit-codes.ts";
import { withLocalSession } from "../with-local-session.ts";

/** What a gate says of one version. */
interface GateResult {
  readonly version: number;
  readonly alias: string;
  readonly check: ReturnType<typeof viewGateCheck>;
}

/**
 * Evaluates versions of a prompt as evaluate_prompt does, and prints the result. Progress goes to
 * standard error.
 * @throws ConfigError for wrong usage
 * @throws RegistryError as evaluate_prompt does
 */
export const run: Action = async (context, references, options) => {
  const request = readEvaluateRequest(references, options);
  await withLocalSession(context, "evaluate", (session, call) =>
    evaluate(session, request, call, context),
  );
};

async function evaluate(
  session: Session,
  request: EvaluateRequest,
  call: Call,
  { output, exitWith }: Pick<CommandContext, "output" | "exitWith">,
): Promise<void> {
  const { name, versions } = await readVersions(session, request.references, call);
  const prompt = await session.registry.getPrompt(name, call);
  const gates = request.gate ? await wantedGates(session, prompt, request, call) : [];
  const [gate] = gates;
  const { structured } = await callTool(
    session,
    evaluatePrompt,
    {
      ...{ name, versions, dataset: request.dataset },
      scorers: request.scorers ?? scorersOrLatency(gates),
      model: request.model,
      judge_model: request.judgeModel ?? gate?.judge_model,
      max_rows: request.maxRows,
      max_cost: request.maxCost,
      repeats: request.repeats,
    },
    call,
  );
  const shown = shownEvaluation.parse(structured);
  const numbers = shown.versions.flatMap(({ version }) => version ?? []);
  const candidates = numbers.length === 1 ? numbers : numbers.slice(1);
  const results: GateResult[] = [];
  for (const version of candidates) {
    const checks = await checkVersion(session, prompt, gates, version, call);
    for (const [alias, check] of checks) {
      results.push({ version, alias, check: viewGateCheck(check) });
    }
  }
  const verdicts = results.map(({ check, ...rest }) => ({ ...rest, ...check }));
  output.print({ ...structured, ...(request.gate ? { gates: verdicts } : {}) }, () => {
    output.write(`${[evaluationTable(shown), ...results.map(describeResult)].join("\n")}\n`);
  });
  if (!shown.complete) {
    output.note(
      `mlflow-prompts-mcp: Not all rows were evaluated: ${(shown.notes ?? []).join(" ")}`,
    );
    return exitWith(exitCodes.failure);
  }
  if (results.some(({ check }) => !check.passed)) exitWith(exitCodes.notPassed);
}

/** All versions must be of one prompt. A bare name is its newest version. */
async function readVersions(
  { registry }: Session,
  references: readonly string[],
  call: Call,
): Promise<{ readonly name: string; readonly versions: readonly (string | number)[] }> {
  const found = [];
  for (const text of references) found.push(await findReference(registry, text, call));
  const name = found[0]?.name ?? "";
  const other = found.find((one) => one.name !== name);
  if (other !== undefined) {
    throw new ConfigError(
      `evaluate compares versions of one prompt, and these are of ${quote(name)} and ${quote(other.name)}.`,
    );
  }
  const versions = found.map(({ selector = "latest" }) => {
    if (selector === "latest") return "latest";
    if ("version" in selector) return selector.version;
    return "alias" in selector ? selector.alias : "latest";
  });
  return { name, versions };
}

async function wantedGates(
  session: Session,
  prompt: Prompt,
  { dataset: name }: EvaluateRequest,
  call: Call,
): Promise<readonly Gate[]> {
  const dataset = await session.evaluations?.getDataset(name, call);
  const gates = dataset === undefined ? [] : gatesOn(session, prompt, dataset);
  if (gates.length > 0) return gates;
  throw new RegistryError(
    "invalid",
    `Nothing was evaluated: ${quote(prompt.name)} has no gate on the dataset ${quote(name)}. Set one with update_prompt and gate, or with --promotion-gate, or leave --gate out.`,
    { prompt: prompt.name },
  );
}

/** Cost and latency are measured by every evaluation, which needs a scorer. */
function scorersOrLatency(gates: readonly Gate[]) {
  const scorers = scorersOfGates(gates);
  return scorers.length > 0 ? scorers : ["latency"];
}

function describeResult({ version, alias, check }: GateResult): string {
  const { met, unmet } = {
    met: check.evidence.flatMap((one) => one.met),
    unmet: check.evidence.flatMap((one) => one.unmet),
  };
  const says = check.passed
    ? `passed: ${met.join("; ")}`
    : `**not passed**: ${unmet.join("; ")}${met.length === 0 ? "" : `. What holds: ${met.join("; ")}`}`;
  return `Gate of ${alias}, version ${version}: ${says}.`;
}
