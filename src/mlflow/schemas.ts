import * as z from "zod";
import { schemaProblem } from "../registry/text/schema-problem.ts";
import { storedTag, tagsOf } from "../registry/versions/stored-version.ts";

/**
 * The parts of MLflow's answers that are used (REST 2.0, MLflow 3.8 to 3.17). Empty lists are left
 * out by MLflow, numbers of versions are strings, and further keys are ignored.
 *
 * What a page of 1,000 prompts has ten thousands of is one step of a schema each: a union or a list
 * of zod's takes several, and twice the time for the page.
 */
export const number = z.transform((value, context) => {
  if (typeof value === "string" ? /^\d{1,15}$/.test(value) : isCount(value)) return Number(value);
  return wrong(context, "not a number");
});

const text = z.transform((value, context) => {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : wrong(context, "not a text");
});

const tags = z.transform((value, context): Readonly<Record<string, string>> => {
  if (value === undefined || value === null) return {};
  if (!Array.isArray(value) || !value.every(isTag)) return wrong(context, "not a list of tags");
  return tagsOf(value.map(({ key, value }) => [key, value]));
});

export const modelVersion = z.object({
  name: z.string(),
  version: number,
  creation_timestamp: number,
  last_updated_timestamp: number.nullish(),
  description: text,
  user_id: text,
  tags,
  /** Filled by model-versions/get and by alias alone, not in searches. */
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

/** There when nothing but what names a row of a list could be read. */
interface Unreadable {
  readonly problem?: string;
}

const named = z.object({
  name: z.string(),
  creation_timestamp: number.catch(0),
  last_updated_timestamp: number.catch(0),
});
/** A search for prompts brings nothing else. */
const nothing = { description: "", tags: { [storedTag.isPrompt]: "true" }, aliases: [] };

const unreadableModel = named.transform((row) => ({ ...row, ...nothing, latest_versions: [] }));
const unreadableVersion = named
  .extend({ version: number })
  .transform((row) => ({ ...row, ...nothing, user_id: "" }));

/** A list of which each row is read by itself: one that cannot be read is named, and the others stay. */
function rowsOf<Row extends Unreadable>(whole: z.ZodType<Row>, unreadable: z.ZodType<Row>) {
  return z.transform((value, context): readonly Row[] => {
    if (!Array.isArray(value)) return wrong(context, "not a list");
    return value.map((one: unknown, index) => {
      const row = whole.safeParse(one);
      if (row.success) return row.data;
      const problem = schemaProblem(row.error);
      const known = unreadable.safeParse(one);
      return known.success
        ? { ...known.data, problem }
        : wrong(context, `row ${index + 1} has no name: ${problem}`);
    });
  });
}

export const modelVersionAnswer = z.object({ model_version: modelVersion });
export const registeredModelAnswer = z.object({ registered_model: registeredModel });

const nextToken = z
  .string()
  .nullish()
  .transform((token) => token || undefined);

/** MLflow's answer when nothing is found is `{}`: other JSON without the list is not an answer. */
const nothingFound = z
  .strictObject({ next_page_token: nextToken })
  .transform(({ next_page_token }) => ({ rows: [], next_page_token }));

export const modelPage = z.union([
  z
    .object({
      registered_models: rowsOf<WireModel>(registeredModel, unreadableModel),
      next_page_token: nextToken,
    })
    .transform(({ registered_models: rows, next_page_token }) => ({ rows, next_page_token })),
  nothingFound,
]);

export const versionPage = z.union([
  z
    .object({
      model_versions: rowsOf<WireVersion>(modelVersion, unreadableVersion),
      next_page_token: nextToken,
    })
    .transform(({ model_versions: rows, next_page_token }) => ({ rows, next_page_token })),
  nothingFound,
]);

/** What a write answers that gives nothing back. */
export const emptyResponse = z.looseObject({});

function wrong(context: z.core.$RefinementCtx, message: string): never {
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
