import pMap from "p-map";
import { untilAborted } from "../registry/concurrency/until-aborted.ts";
import { listFirst, quote, RegistryError } from "../registry/errors.ts";
import { type JsonObject, stringifyJson } from "../registry/json.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import type { Session } from "../session/session.ts";
import type { EvaluatedRow, Evaluation } from "./evaluation.ts";
import { type FillableVersion, fillVersion } from "./fill-version.ts";
import { evaluationLimits } from "./limits.ts";
import type { Scorer } from "./scorers/scorer.ts";

/** Renderings at the same time. */
const concurrency = 8;

/** Problems that an error names. */
const shown = 5;

/**
 * Checks, before anything is spent, that there is not too much to ask, that every row fills in every
 * version, and that the rows have what the scorers need.
 * @throws RegistryError `invalid`
 */
export async function checkEvaluation(
  session: Session,
  evaluation: Evaluation,
  versions: readonly FillableVersion[],
  options: CallOptions,
): Promise<void> {
  const { rows, scorers } = evaluation;
  checkSizes(evaluation);
  const missing = scorers.flatMap((scorer) => missingExpectations(scorer, rows));
  if (missing.length > 0) throw refused(missing.join(" "));
  const cases = versions.flatMap((version) => rows.map((row, index) => ({ version, row, index })));
  const checking = pMap(
    cases,
    ({ version, row, index }) => problemOf(session, version, row, index),
    { concurrency, ...(options.signal ? { signal: options.signal } : {}) },
  );
  const problems = await untilAborted(checking, options.signal);
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length === 0) return;
  throw refused(
    `${found.length} of ${cases.length} rows and versions cannot be filled in. ${listFirst(found, " ", shown)}`,
  );
}

function checkSizes({ versions, rows, scorers, repeats, judgeModel }: Evaluation): void {
  if (rows.length === 0) throw refused("There are no rows. Add some with add_to_dataset.");
  const long = rows.findIndex((row) => stringifyJson(row).length > evaluationLimits.rowLength);
  if (long >= 0) {
    throw refused(`Row ${long + 1} has more than ${evaluationLimits.rowLength} characters.`);
  }
  const pairs = (versions.length - 1) / versions.length;
  const judged = scorers.reduce(
    (sum, { judgeCalls, isPairwise }) => sum + judgeCalls * (isPairwise ? pairs : 1),
    0,
  );
  const calls = Math.round(versions.length * rows.length * repeats * (1 + judged));
  if (calls <= evaluationLimits.modelCalls) return;
  throw refused(
    `It would make ${calls} calls of models (${quote(judgeModel)} judges), and ${evaluationLimits.modelCalls} are allowed. Give max_rows, fewer versions or fewer scorers with a judge.`,
  );
}

function missingExpectations(
  { name, needsOneOf }: Scorer,
  rows: readonly EvaluatedRow[],
): readonly string[] {
  if (needsOneOf.length === 0) return [];
  const lacking = rows.flatMap(({ expectations, inputs }, index) =>
    needsOneOf.some((key) => has(expectations, key) || (key === "context" && has(inputs, key)))
      ? []
      : [index + 1],
  );
  if (lacking.length === 0) return [];
  return [
    `The scorer ${quote(name)} needs ${needsOneOf.map(quote).join(" or ")} in the expectations of each row, and ${lacking.length} of ${rows.length} have none (row ${listFirst(lacking.map(String), ", ", shown)}). Add them with add_to_dataset, or leave the scorer out.`,
  ];
}

/** JSON's null, as Python writes None, is nothing. */
function has(object: JsonObject, key: string): boolean {
  return Object.hasOwn(object, key) && object[key] !== null;
}

async function problemOf(
  session: Session,
  version: FillableVersion,
  { inputs }: EvaluatedRow,
  index: number,
): Promise<string | undefined> {
  try {
    await fillVersion(session, version, inputs);
    return undefined;
  } catch (error) {
    if (
      error instanceof RegistryError &&
      error.kind !== "cancelled" &&
      error.kind !== "unavailable"
    ) {
      return `Row ${index + 1}: ${error.message}`;
    }
    throw error;
  }
}

function refused(problem: string): RegistryError {
  return new RegistryError("invalid", `Nothing was evaluated and no model was asked. ${problem}`);
}
