import { withOwnNames } from "../registry/contract/argument-names.ts";
import type { PromptArgument } from "../registry/contract/arguments.ts";
import { RegistryError } from "../registry/errors.ts";
import type { EvaluationStore } from "../registry/evaluation/evaluation-store.ts";
import { inputsText } from "../registry/evaluation/inputs-text.ts";
import { type JsonObject, type JsonValue, stringifyJson } from "../registry/json.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";

/** What is looked at: the newest datasets of the prompt, their first rows, and the newest traces. */
export const exampleLimits = {
  datasets: 5,
  /** Of all datasets together, and traces. */
  rows: 20,
  traces: 20,
  /** UTF-16 units of all values of one example. Longer ones are left out, because values are exact. */
  characters: 10_000,
} as const;

/** Where an example is from. Times are milliseconds since 1970. */
export type ExampleSource =
  | { readonly dataset: { readonly name: string; readonly id: string; readonly row: number } }
  | { readonly trace: { readonly id: string; readonly at: number } };

/** Values that fill in a version. A value that is no text is JSON text. */
export interface Example {
  readonly values: Readonly<Record<string, string>>;
  readonly source: ExampleSource;
}

export interface Examples {
  /** Those of datasets first, newest trace first. No two have the same values. */
  readonly examples: readonly Example[];
  /** What was left out, or could not be read: sentences. */
  readonly notes: readonly string[];
}

interface Candidate {
  readonly inputs: JsonObject;
  readonly source: ExampleSource;
}

/**
 * Finds values for the variables of a version in the datasets that are tied to its prompt, and in the
 * traces that are linked to the version. Datasets or traces that the caller may not read are a note.
 * @throws RegistryError for every other failure of the registry
 */
export async function findExamples(
  store: EvaluationStore,
  prompt: { readonly name: string; readonly version: number },
  args: readonly PromptArgument[],
  options: CallOptions,
): Promise<Examples> {
  if (args.length === 0) return { examples: [], notes: ["This version has no variables."] };
  const notes: string[] = [];
  const candidates = [
    ...(await readable("datasets", notes, () => rowsOf(store, prompt.name, options))),
    ...(await readable("traces", notes, () => usesOf(store, prompt, options))),
  ];
  const found = new Map<string, Example>();
  const left = { incomplete: 0, long: 0 };
  for (const { inputs, source } of candidates) {
    const values = valuesOf(args, inputs);
    if (values === undefined) left.incomplete += 1;
    else if (sizeOf(values) > exampleLimits.characters) left.long += 1;
    else {
      const key = inputsText(values);
      if (!found.has(key)) found.set(key, { values, source });
    }
  }
  return { examples: [...found.values()], notes: [...notes, ...describeLeft(left)] };
}

async function readable(
  what: string,
  notes: string[],
  read: () => Promise<readonly Candidate[]>,
): Promise<readonly Candidate[]> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof RegistryError) || error.kind !== "forbidden") throw error;
    notes.push(`The ${what} were not read: ${error.message}`);
    return [];
  }
}

async function rowsOf(
  store: EvaluationStore,
  prompt: string,
  options: CallOptions,
): Promise<readonly Candidate[]> {
  const { items } = await store.listDatasets({ prompt, limit: exampleLimits.datasets }, options);
  const rows: Candidate[] = [];
  for (const dataset of items) {
    const wanted = exampleLimits.rows - rows.length;
    if (wanted === 0) break;
    const { name, id } = dataset;
    const read = await store.readRows(dataset, wanted, options);
    rows.push(
      ...read.map(({ inputs }, at) => ({ inputs, source: { dataset: { name, id, row: at + 1 } } })),
    );
  }
  return rows;
}

async function usesOf(
  store: EvaluationStore,
  prompt: { readonly name: string; readonly version: number },
  options: CallOptions,
): Promise<readonly Candidate[]> {
  const uses = await store.listUses(prompt, exampleLimits.traces, options);
  return uses.map(({ inputs, traceId, at }) => ({
    inputs,
    source: { trace: { id: traceId, at } },
  }));
}

/** The values of the version's own variables; undefined where a required one is missing. */
function valuesOf(
  args: readonly PromptArgument[],
  inputs: JsonObject,
): Record<string, string> | undefined {
  const own = ownValues(args, inputs);
  if (own === undefined) return undefined;
  const given = args.flatMap(({ name }) =>
    own[name] === undefined ? [] : [[name, textOf(own[name])] as const],
  );
  const names = new Set(given.map(([name]) => name));
  const isComplete = args.every(
    (argument) => names.has(argument.name) || !argument.required || argument.default !== undefined,
  );
  return isComplete && given.length > 0 ? Object.fromEntries(given) : undefined;
}

/** Undefined for inputs that name one variable twice, by its name and a former one. */
function ownValues(args: readonly PromptArgument[], inputs: JsonObject): JsonObject | undefined {
  try {
    // Without a prototype, a variable named "constructor" has no value that nobody gave.
    return Object.assign(Object.create(null), withOwnNames(args, inputs));
  } catch (error) {
    if (error instanceof RegistryError && error.kind === "invalid") return undefined;
    throw error;
  }
}

function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : stringifyJson(value);
}

function sizeOf(values: Readonly<Record<string, string>>): number {
  return Object.values(values).reduce((sum, { length }) => sum + length, 0);
}

function describeLeft({
  incomplete,
  long,
}: {
  readonly incomplete: number;
  readonly long: number;
}) {
  const most = exampleLimits.characters.toLocaleString("en-US");
  return [
    ...(incomplete === 0 ? [] : [`Left out for lack of a variable: ${incomplete}.`]),
    ...(long === 0 ? [] : [`Left out because they have more than ${most} characters: ${long}.`]),
  ];
}
