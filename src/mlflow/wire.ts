import * as z from "zod";

/**
 * The parts of MLflow's answers that are used (REST 2.0, MLflow 3.8 to 3.17). Empty lists are left
 * out by MLflow, numbers of versions are strings, and further keys are ignored.
 */
export const number = z
  .union([z.int().nonnegative(), z.string().regex(/^\d{1,15}$/)])
  .transform((value) => Number(value));

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

const tags = z
  .array(z.object({ key: z.string(), value: text }))
  .nullish()
  .transform((list) => Object.fromEntries((list ?? []).map(({ key, value }) => [key, value])));

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
export type WireVersion = z.infer<typeof modelVersion>;

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
export type WireModel = z.infer<typeof registeredModel>;

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
    .object({ registered_models: z.array(registeredModel), next_page_token: nextToken })
    .transform(({ registered_models: rows, next_page_token }) => ({ rows, next_page_token })),
  nothingFound,
]);

export const versionPage = z.union([
  z
    .object({ model_versions: z.array(modelVersion), next_page_token: nextToken })
    .transform(({ model_versions: rows, next_page_token }) => ({ rows, next_page_token })),
  nothingFound,
]);

/** What a write answers that gives nothing back. */
export const done = z.looseObject({});
