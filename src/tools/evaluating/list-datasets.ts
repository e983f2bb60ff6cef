import * as z from "zod";
import type { Dataset } from "../../registry/evaluation/datasets.ts";
import { evaluationsOf } from "../input/evaluation-fields.ts";
import { cursor, nextCursor, promptName } from "../input/fields.ts";
import { selectName } from "../input/selectors.ts";
import { datasetView, formatDataset, viewDataset } from "../output/dataset-view.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

const maxListed = 100;

const input = z.strictObject({
  name: promptName.optional().describe("Only datasets for this prompt."),
  limit: z
    .int()
    .min(1)
    .max(maxListed)
    .default(20)
    .describe("Maximum number of datasets (1 to 100, default 20)."),
  cursor,
});

export const listDatasets = defineTool({
  name: "list_datasets",
  title: "List datasets",
  description:
    "Lists the datasets that prompts are evaluated on, newest first, with the number of rows, the digest and the prompt each is for. Use it to find a dataset for evaluate_prompt; add_to_dataset makes one. MLflow allows several datasets of one name: give the ID of one of them.",
  effect: "reads",
  model: "related",
  input,
  output: z.object({ datasets: z.array(datasetView), next_cursor: nextCursor }),
  async run(session, { name, ...page }, call) {
    const store = evaluationsOf(session);
    const prompt = name === undefined ? undefined : await selectName(session, { name }, call);
    const search = { ...page, ...(prompt === undefined ? {} : { prompt }) };
    const { items, nextCursor: next } = await store.listDatasets(search, call);
    const structured = {
      datasets: items.map(viewDataset),
      ...(next === undefined ? {} : { next_cursor: next }),
    };
    return { structured, text: textOf(items, prompt, next) };
  },
});

function textOf(
  datasets: readonly Dataset[],
  prompt: string | undefined,
  next: string | undefined,
): ToolText {
  const more = next !== undefined && line`More datasets follow: cursor ${next}`;
  if (datasets.length > 0) {
    return ToolText.join(...datasets.map((one) => formatDataset(viewDataset(one))), more);
  }
  const purpose = prompt === undefined ? "" : ` for ${prompt}`;
  return ToolText.join(line`No datasets${purpose}. add_to_dataset makes one.`, more);
}
