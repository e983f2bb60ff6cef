import * as z from "zod";
import { shorten } from "../../errors.ts";
import { jsonObject, record } from "../../json.ts";
import { limits } from "../../limits.ts";
import { readJson } from "../../read-json.ts";
import { countOf } from "../../text/count.ts";
import type { Prompt } from "../../types.ts";

/** The tag of a prompt that holds its gates: one JSON object, or a list of them. */
export const gateTag = "mcp.gate";

/** Gates of one prompt, and criteria of one gate. */
const most = { gates: 10, aliases: 20, scorers: 20, dataset: 500, name: 250, approvals: 10 };

/** What the scores of one scorer must be. Both may be given. */
const criterion = z
  .strictObject({
    at_least: z.number().optional(),
    not_worse_by: z.number().min(0).optional(),
    /** Settings as evaluate_prompt takes them. Absent: the scorer of that name. */
    scorer: jsonObject.optional(),
  })
  .refine(
    ({ at_least, not_worse_by }) => at_least !== undefined || not_worse_by !== undefined,
    "needs at_least or not_worse_by",
  );

const aliasName = z.string().min(1).max(most.name);
const aliasNames = z.union([aliasName, z.array(aliasName).min(1).max(most.aliases)], {
  error: "must be an alias or a list of aliases",
});

const gate = z
  .strictObject({
    alias: aliasNames,
    dataset: z.string().min(1).max(most.dataset).optional(),
    scorers: record(criterion).optional(),
    confidence: z.number().min(0.5).max(0.999).optional(),
    max_age_days: z.number().positive().optional(),
    max_cost_ratio: z.number().positive().optional(),
    max_latency_ratio: z.number().positive().optional(),
    min_rows: z.int().min(1).optional(),
    judge_model: z.string().min(1).max(most.name).optional(),
    approvals: z.strictObject({ count: z.int().min(1).max(most.approvals) }).optional(),
  })
  .refine(
    (given) => isMeasured(given) || given.approvals !== undefined,
    "has no criterion: give scorers, max_cost_ratio, max_latency_ratio or approvals",
  )
  .refine(
    (given) => isMeasured(given) === (given.dataset !== undefined),
    "needs dataset where it has scorers, max_cost_ratio or max_latency_ratio, and only there",
  )
  .refine(
    ({ scorers = {} }) => Object.keys(scorers).length <= most.scorers,
    `has more than ${most.scorers} scorers`,
  );

const gateList = z.array(gate).min(1).max(most.gates);

export type Criterion = Readonly<z.infer<typeof criterion>>;

/**
 * What a version must have been measured to be before an alias may point at it, and by how many people
 * approved. `dataset` is the name or the ID of a dataset, in which `{prompt}` stands for the prompt's name.
 * `scorers` are criteria by the name of the scorer. Ratios are of the version that the alias served before.
 */
export type Gate = Readonly<z.infer<typeof gate>>;

/** Whether a gate wants measurements, which are of its dataset. */
export function isMeasured({
  scorers = {},
  max_cost_ratio,
  max_latency_ratio,
}: {
  readonly scorers?: object | undefined;
  readonly max_cost_ratio?: number | undefined;
  readonly max_latency_ratio?: number | undefined;
}): boolean {
  return (
    Object.keys(scorers).length > 0 ||
    max_cost_ratio !== undefined ||
    max_latency_ratio !== undefined
  );
}

/** The default of `confidence`. */
export const defaultConfidence = 0.95;

/** The gates that JSON text holds, or why it holds none: without a period. */
export type ReadGates = { readonly gates: readonly Gate[] } | { readonly problem: string };

export function readGates(text: string): ReadGates {
  if (text.length > limits.promptTagLength) {
    return { problem: `it has more than ${limits.promptTagLength} characters` };
  }
  let value: unknown;
  try {
    value = readJson(text);
  } catch {
    return { problem: "it is not JSON" };
  }
  // By its form, so that the problems are those of the form that was meant.
  const parsed = Array.isArray(value) ? gateList.safeParse(value) : gate.safeParse(value);
  if (!parsed.success) return { problem: describeProblems(parsed.error) };
  return { gates: Array.isArray(parsed.data) ? parsed.data : [parsed.data] };
}

/** The gates of a prompt's own tag. Without the tag there are none. */
export function gatesOf({ tags }: Pick<Prompt, "tags">): ReadGates {
  const text = Object.hasOwn(tags, gateTag) ? tags[gateTag] : undefined;
  return text === undefined ? { gates: [] } : readGates(text);
}

export function aliasesOf({ alias }: Gate): readonly string[] {
  return typeof alias === "string" ? [alias] : alias;
}

export function guards(gate: Gate, alias: string): boolean {
  return aliasesOf(gate).includes(alias);
}

/** The dataset's name or ID for one prompt; undefined for a gate that measures nothing. */
export function datasetOf({ dataset }: Gate, prompt: string): string | undefined {
  return dataset?.replaceAll("{prompt}", prompt);
}

/** A gate in one line, for people: `production: correctness >= 0.9 on the dataset qa-rows`. */
export function describeGate(gate: Gate): string {
  const { scorers = {}, max_cost_ratio, max_latency_ratio, max_age_days, approvals } = gate;
  const criteria = Object.entries(scorers).flatMap(([name, { at_least, not_worse_by }]) => [
    at_least === undefined ? "" : `${name} at least ${at_least}`,
    not_worse_by === undefined ? "" : `${name} not worse by more than ${not_worse_by}`,
  ]);
  const ratios = [
    max_cost_ratio === undefined ? "" : `cost at most ${max_cost_ratio} times`,
    max_latency_ratio === undefined ? "" : `latency at most ${max_latency_ratio} times`,
    max_age_days === undefined ? "" : `measured in the last ${max_age_days} days`,
  ];
  const all = [
    ...criteria,
    ...ratios,
    gate.dataset === undefined ? "" : `on the dataset ${gate.dataset}`,
    approvals === undefined ? "" : countOf(approvals.count, "approval"),
  ];
  return `${aliasesOf(gate).join(", ")}: ${all.filter(Boolean).join(", ")}`;
}

function describeProblems({ issues }: z.ZodError): string {
  const shown = issues.slice(0, 5).map(({ path, message }) => {
    const where = shorten(path.map(String).join("."));
    return where === "" ? message : `${where}: ${message}`;
  });
  const more = issues.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join("; ");
}

/**
 * The gates of a prompt and of the operator together, which all must hold.
 * @returns `problem` beside the operator's gates where the prompt's own cannot be read
 */
export function allGates(
  prompt: Pick<Prompt, "tags">,
  { promotionGates }: { readonly promotionGates: readonly Gate[] },
): { readonly gates: readonly Gate[]; readonly problem?: string } {
  const own = gatesOf(prompt);
  if ("problem" in own) return { gates: promotionGates, problem: own.problem };
  return { gates: [...own.gates, ...promotionGates] };
}
