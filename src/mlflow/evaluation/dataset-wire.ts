import * as z from "zod";
import {
  type Dataset,
  datasetPromptTag,
  type StoredRow,
} from "../../registry/evaluation/datasets.ts";
import { jsonObject } from "../../registry/json.ts";
import { readJson } from "../../registry/read-json.ts";
import { number } from "../schemas.ts";

/** A text of JSON, as MLflow has tags, profiles and records. */
function jsonText<T extends z.ZodType>(value: T) {
  return z
    .string()
    .transform((text, context) => {
      try {
        const value: unknown = readJson(text);
        return value;
      } catch {
        context.issues.push({ code: "custom", message: "not JSON", input: text });
        return z.NEVER;
      }
    })
    .pipe(value);
}

const tags = z.record(z.string(), z.string());

const wireDataset = z
  .object({
    dataset_id: z.string(),
    name: z.string(),
    digest: z.string().default(""),
    tags: jsonText(tags).optional(),
    profile: jsonText(z.object({ num_records: z.number().default(0) })).optional(),
    created_time: number,
    last_update_time: number,
  })
  .transform(
    ({ dataset_id, name, digest, tags, profile, created_time, last_update_time }): Dataset => {
      const prompt = tags?.[datasetPromptTag];
      return {
        id: dataset_id,
        name,
        digest,
        rowCount: profile?.num_records ?? 0,
        ...(prompt === undefined ? {} : { prompt }),
        createdAt: created_time,
        updatedAt: last_update_time,
      };
    },
  );

export const datasetAnswer = z.object({ dataset: wireDataset });
const token = z
  .string()
  .nullish()
  .transform((text) => text || undefined);
export const datasetPage = z.object({
  datasets: z.array(wireDataset).default([]),
  next_page_token: token,
});
export const rowsAdded = z.object({
  inserted_count: z.number().default(0),
  updated_count: z.number().default(0),
});

const wireRow = z
  .object({
    dataset_record_id: z.string(),
    inputs: jsonObject,
    expectations: jsonObject.nullish(),
    tags: tags.nullish(),
    source: z
      .object({ source_data: z.object({ trace_id: z.string().optional() }).nullish() })
      .nullish(),
  })
  .transform(({ dataset_record_id: id, inputs, expectations, tags, source }): StoredRow => {
    const sourceTrace = source?.source_data?.trace_id;
    return {
      id,
      inputs,
      expectations: expectations ?? {},
      ...(tags && Object.keys(tags).length > 0 ? { tags } : {}),
      ...(sourceTrace === undefined ? {} : { sourceTrace }),
    };
  });
export const rowPage = z.object({
  records: jsonText(z.array(wireRow)).default([]),
  next_page_token: token,
});

/** MLflow's own, passed on in a cursor. */
export const pageToken = z.string();
