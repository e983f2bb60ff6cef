import * as z from "zod";
import type { AddedToDataset } from "../../evaluation/datasets/add-to-dataset.ts";
import type { Dataset } from "../../registry/evaluation/datasets.ts";
import { countOf } from "../../registry/text/count.ts";
import { time } from "../input/fields.ts";
import { isoTime } from "./origin.ts";
import { line, ToolText } from "./tool-text.ts";

export const datasetView = z.object({
  name: z.string(),
  id: z.string(),
  prompt: z.string().optional().describe("The prompt it is for. Absent: none is named."),
  rows: z.int(),
  digest: z.string().describe("Changes when rows are added or changed."),
  created_at: time,
  updated_at: time,
});
export type DatasetView = z.infer<typeof datasetView>;

export function viewDataset({
  name,
  id,
  prompt,
  rowCount,
  digest,
  createdAt,
  updatedAt,
}: Dataset): DatasetView {
  return {
    name,
    id,
    ...(prompt === undefined ? {} : { prompt }),
    rows: rowCount,
    digest,
    created_at: isoTime(createdAt),
    updated_at: isoTime(updatedAt),
  };
}

export function formatDataset(view: DatasetView): ToolText {
  const { name, id, prompt, rows, digest, created_at, updated_at } = view;
  const purpose = prompt === undefined ? "for no prompt" : `for ${prompt}`;
  return line`${name} (${id}), ${purpose}: ${countOf(rows, "row")}, digest ${digest}, created ${created_at}, updated ${updated_at}`;
}

export const additionView = z.object({
  dataset: datasetView,
  created: z.boolean().describe("True when the dataset is new."),
  inserted: z.int(),
  merged: z.int().describe("Rows that were merged into ones with the same inputs."),
  warnings: z.array(z.string()).optional(),
});
export type AdditionView = z.infer<typeof additionView>;

export function viewAddition(added: AddedToDataset): AdditionView {
  const { dataset, created, inserted, merged, warnings } = added;
  return {
    dataset: viewDataset(dataset),
    created,
    inserted,
    merged,
    ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
  };
}

export function formatAddition(view: AdditionView): ToolText {
  const { dataset, created, inserted, merged, warnings = [] } = view;
  return ToolText.join(
    line`${countOf(inserted, "row")} added and ${merged} merged into the ${created ? "new " : ""}dataset:`,
    formatDataset(dataset),
    ...warnings.map((warning) => line`Warning: ${warning}`),
  );
}
