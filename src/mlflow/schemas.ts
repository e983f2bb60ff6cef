import * as z from "zod";
import { describeSchemaError } from "../registry/text/schema-problem.ts";
import { storedTag, toTags } from "../registry/versions/stored-version.ts";

/**
 * The parts of MLflow's responses that this server reads (REST 2.0, MLflow 3.8 to 3.17). MLflow
 * omits empty lists and sends version numbers as strings. Unknown keys are ignored.
 *
 * A page of 1,000 prompts has tens of thousands of numbers, texts and tags. Each is one transform:
 * a union or an array of zod takes several steps, and doubles the time for the page.
 */
export const number = z.transform((value, context) => {
  if (typeof value === "string" ? /^\d{1,15}$/.test(value) : isCount(value)) return Number(value);
  return addIssue(context, "not a number");
});

const text = z.transform((value, context) => {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : addIssue(context, "not a text");
});

const tags = z.transform((value, context): Readonly<Record<string, string>> => {
  if (value === undefined || value === null) return {};
  if (!Array.isArray(value) || !value.every(isTag)) return addIssue(context, "not a list of tags");
  return toTags(value.map(({ key, value }) => [key, value]));
});

export const modelVersion = z.object({
  name: z.string(),
  version: number,
  creation_timestamp: number,
  last_updated_timestamp: number.nullish(),
  description: text,
  user_id: text,
  tags,
  /** Only model-versions/get and registered-models/alias fill it; searches leave it empty. */
  aliases: z.array(z.string()).default([]),
});
export type WireVersion = z.infer<typeof modelVersion> & Unreadable;

export const registeredModel = z.object({
  name: z.string(),
  creation_timestamp: number,
  last_updated_timestamp: number.nullish(),
  description: text,
  tags,
  /** One version per stage, in no particular order. */
  latest_versions: z.array(modelVersion).default([]),
  aliases: z.array(z.object({ alias: z.string(), version: number })).default([]),
});
export type WireModel = z.infer<typeof registeredModel> & Unreadable;

/** A row of a list of which only the name, the version number and the times could be read. */
interface Unreadable {
  /** Why the rest of the row could not be read. */
  readonly problem?: string;
}

const identifiedRow = z.object({
  name: z.string(),
  creation_timestamp: number.catch(0),
  last_updated_timestamp: number.catch(0),
});
/** Every row of a search for prompts is a prompt, so an unreadable row is one too. */
const unreadFields = { description: "", tags: { [storedTag.isPrompt]: "true" }, aliases: [] };

const unreadableModel = identifiedRow.transform((row) => ({
  ...row,
  ...unreadFields,
  latest_versions: [],
}));
const unreadableVersion = identifiedRow
  .extend({ version: number })
  .transform((row) => ({ ...row, ...unreadFields, user_id: "" }));

/** A list whose rows are parsed one by one: a malformed row gets a `problem` and does not fail the list. */
function parseRows<Row extends Unreadable>(whole: z.ZodType<Row>, unreadable: z.ZodType<Row>) {
  return z.transform((value, context): readonly Row[] => {
    if (!Array.isArray(value)) return addIssue(context, "not a list");
    return value.map((one: unknown, index) => {
      const row = whole.safeParse(one);
      if (row.success) return row.data;
      const problem = describeSchemaError(row.error);
      const identified = unreadable.safeParse(one);
      return identified.success
        ? { ...identified.data, problem }
        : addIssue(context, `row ${index + 1} has no name: ${problem}`);
    });
  });
}

export const modelVersionAnswer = z.object({ model_version: modelVersion });
export const registeredModelAnswer = z.object({ registered_model: registeredModel });

const nextToken = z
  .string()
  .nullish()
  .transform((token) => token || undefined);

/** A search without results is `{}`; any other JSON without the list is not MLflow's response. */
const noRows = z
  .strictObject({ next_page_token: nextToken })
  .transform(({ next_page_token }) => ({ rows: [], next_page_token }));

export const modelPage = z.union([
  z
    .object({
      registered_models: parseRows<WireModel>(registeredModel, unreadableModel),
      next_page_token: nextToken,
    })
    .transform(({ registered_models: rows, next_page_token }) => ({ rows, next_page_token })),
  noRows,
]);

export const versionPage = z.union([
  z
    .object({
      model_versions: parseRows<WireVersion>(modelVersion, unreadableVersion),
      next_page_token: nextToken,
    })
    .transform(({ model_versions: rows, next_page_token }) => ({ rows, next_page_token })),
  noRows,
]);

/** The response of a write that returns no data. */
export const emptyResponse = z.looseObject({});

function addIssue(context: z.core.$RefinementCtx, message: string): never {
  context.issues.push({ code: "custom", message, input: context.value });
  return z.NEVER;
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

interface WireTag {
  readonly key: string;
  readonly value?: string | null;
}

function isTag(tag: unknown): tag is WireTag {
  if (typeof tag !== "object" || tag === null || !("key" in tag)) return false;
  const value = "value" in tag ? tag.value : undefined;
  return typeof tag.key === "string" && (typeof value === "string" || value == null);
}
