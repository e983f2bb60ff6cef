import { readVersion } from "../../registry/engine/prompt-arguments.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import { tiedToAnother } from "../../registry/evaluation/dataset-errors.ts";
import type { Dataset, DatasetRow } from "../../registry/evaluation/datasets.ts";
import type { EvaluationStore } from "../../registry/evaluation/evaluation-store.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { PromptVersion, VersionSelector } from "../../registry/types.ts";
import { usesMustache } from "../../registry/versions/template-format.ts";
import { auditCall } from "../../session/audit-call.ts";
import type { Session } from "../../session/session.ts";
import { type Added, addRows, findDataset } from "./add-rows.ts";
import type { RowName } from "./row-limits.ts";
import { describeMisfits } from "./row-warnings.ts";
import { rowsFromTraces, type TraceSelection } from "./trace-rows.ts";

export interface DatasetRequest {
  /** Name or ID. A dataset that does not exist is made. */
  readonly dataset: string;
  /** Name of the prompt that the dataset is for. Absent: as the dataset says. */
  readonly prompt?: string | undefined;
  /** Rows, or the traces of a version of the prompt; without a selector, of the one that is served. */
  readonly source:
    | { readonly rows: readonly DatasetRow[] }
    | { readonly traces: TraceSelection; readonly selector: VersionSelector | undefined };
  readonly nameOf: RowName;
}

export interface AddedToDataset extends Added {
  /** Sentences: what does not fit the prompt, and what was left out. */
  readonly warnings: readonly string[];
}

/**
 * Adds rows to a dataset and records it in the audit log. Nothing is stored before all rows are read
 * and checked.
 * @throws RegistryError `conflict` when the dataset is for another prompt, and as `addRows` and
 *   `rowsFromTraces`
 */
export async function addToDataset(
  session: Session,
  store: EvaluationStore,
  request: DatasetRequest,
  options: CallOptions,
): Promise<AddedToDataset> {
  const { dataset: name, source, nameOf } = request;
  const existing = await findDataset(store, name, options);
  const prompt = promptOf(request, existing);
  const { version, warning } = await loadTied(session, request, prompt, options);
  const { rows, warnings } = await rowsOf(store, source, version, options);
  const misfits = version ? await misfitsOf(session, version, rows, nameOf, options) : [];
  const record = (outcome: string) => {
    const event = { operation: "add_to_dataset", outcome, dataset: name };
    auditCall(session, { ...event, ...(prompt === undefined ? {} : { prompt }) }, options);
  };
  let hasBegun = false;
  const onWrite = () => {
    hasBegun = true;
    options.onWrite?.();
  };
  try {
    const addition = { dataset: name, existing, prompt, rows, nameOf };
    const added = await addRows(store, addition, { ...options, onWrite });
    record("ok");
    return { ...added, warnings: [...(warning ? [warning] : []), ...warnings, ...misfits] };
  } catch (error) {
    if (hasBegun) record(error instanceof RegistryError ? error.kind : "fault");
    throw error;
  }
}

/** @throws RegistryError when the dataset is for another prompt than the call says */
function promptOf(
  { dataset, prompt }: DatasetRequest,
  existing: Dataset | undefined,
): string | undefined {
  const tied = existing?.prompt;
  if (prompt === undefined || tied === undefined || prompt === tied) return prompt ?? tied;
  throw tiedToAnother({ name: dataset, prompt: tied }, prompt);
}

/**
 * Loads the version that rows are checked against: the selected one, or the one that is served, or
 * else the newest. A prompt that a dataset names may have been deleted since.
 */
async function loadTied(
  { registry, serve }: Session,
  { prompt: given, source, dataset }: DatasetRequest,
  prompt: string | undefined,
  options: CallOptions,
): Promise<{ readonly version?: PromptVersion; readonly warning?: string }> {
  if (prompt === undefined) {
    const warning = `The dataset ${quote(dataset)} is for no prompt, so the names of the inputs were not checked.`;
    return { warning };
  }
  const selector = "traces" in source ? source.selector : undefined;
  try {
    const served = { firstOf: [...new Set([...serve, "latest"])] };
    return { version: await registry.getVersion(prompt, selector ?? served, options) };
  } catch (error) {
    const isGone = error instanceof RegistryError && error.kind === "not_found";
    if (!isGone || given !== undefined || "traces" in source) throw error;
    const warning = `The names of the inputs were not checked. ${error.message}`;
    return { warning };
  }
}

async function rowsOf(
  store: EvaluationStore,
  source: DatasetRequest["source"],
  version: PromptVersion | undefined,
  options: CallOptions,
): Promise<{ readonly rows: readonly DatasetRow[]; readonly warnings: readonly string[] }> {
  if ("rows" in source) return { rows: source.rows, warnings: [] };
  if (version !== undefined) return await rowsFromTraces(store, version, source.traces, options);
  throw new RegistryError(
    "invalid",
    "Nothing was added: from_traces needs a prompt, and the dataset is for none. Give prompt.",
  );
}

async function misfitsOf(
  { registry, templates }: Session,
  version: PromptVersion,
  rows: readonly DatasetRow[],
  nameOf: RowName,
  options: CallOptions,
): Promise<readonly string[]> {
  const mustache = await usesMustache(registry, version, options);
  const read = await readVersion(templates, version, { mustache });
  const named = `${version.name} version ${version.version}`;
  if (read.problem !== undefined) {
    return [
      `The names of the inputs were not checked, because ${named} cannot be filled in: ${read.problem}.`,
    ];
  }
  return describeMisfits(rows, read, named, nameOf);
}
