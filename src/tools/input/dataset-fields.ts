import * as z from "zod";
import { rowLimits } from "../../evaluation/datasets/row-limits.ts";
import { maxTraces } from "../../evaluation/datasets/trace-rows.ts";
import { record } from "../../registry/json.ts";
import { anyJson, shortText, versionNumber } from "./fields.ts";

/** One row, of a tool call and of a file. */
export const datasetRow = z.strictObject({
  inputs: record(anyJson),
  expectations: record(anyJson).default({}),
  tags: record(z.string()).optional(),
});

export const datasetRows = z
  .array(datasetRow)
  .min(1)
  .max(rowLimits.rows)
  .describe(
    'Rows: {"inputs": values by variable name, "expectations": what is expected of the answer, such as {"expected_response": text} or {"expected_facts": [text]}, "tags": texts by key}. At most 1,000, of 100,000 characters each.',
  );

export const fromTraces = z
  .strictObject({
    version: versionNumber.optional(),
    alias: shortText.optional(),
    limit: z.int().min(1).max(maxTraces).default(20),
    only_labelled: z.boolean().default(false),
  })
  .describe(
    'In place of rows: takes them from the newest traces of a version of the prompt, by default the served one: {"version" or "alias", "limit": 1 to 100, "only_labelled": true for traces that people labelled}. Labels become expectations of their name.',
  );
