import * as z from "zod";
import {
  addToDataset as add,
  type DatasetRequest,
} from "../../evaluation/datasets/add-to-dataset.ts";
import { rowLimits } from "../../evaluation/datasets/row-limits.ts";
import { RegistryError } from "../../registry/errors.ts";
import type { DatasetRow } from "../../registry/evaluation/datasets.ts";
import { stringifyJson } from "../../registry/json.ts";
import type { VersionSelector } from "../../registry/types.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { datasetRows, fromTraces } from "../input/dataset-fields.ts";
import { evaluationsOf } from "../input/evaluation-fields.ts";
import { promptName, shortText } from "../input/fields.ts";
import { selectName, selectPrompt } from "../input/selectors.ts";
import { additionView, formatAddition, viewAddition } from "../output/dataset-view.ts";
import { defineTool } from "../tool.ts";

const input = z.strictObject({
  dataset: shortText.describe(
    "Name or ID of the dataset, from list_datasets. A name that does not exist makes a new one.",
  ),
  prompt: promptName
    .optional()
    .describe(
      "The prompt that the dataset is for. One that is for none is tied to it. Default: as the dataset says.",
    ),
  rows: datasetRows.optional(),
  from_traces: fromTraces.optional(),
});
type Input = z.infer<typeof input>;

export const addToDataset = defineTool({
  name: "add_to_dataset",
  title: "Add rows to a dataset",
  description:
    "Adds rows to a dataset for evaluate_prompt, and makes the dataset if there is none. A row has values of the prompt's variables and what is expected of the answer. Give rows, or from_traces to take real ones with the labels that people gave. A row with the same inputs as a stored one is merged into it: expectations and tags by key. The dataset's digest changes, so evaluations of the former rows are told apart.",
  effect: "adds",
  model: "needed",
  input,
  output: additionView,
  async run(session, given, call) {
    const store = evaluationsOf(session);
    const request = await requestOf(session, given, call);
    const view = viewAddition(await add(session, store, request, call));
    return { structured: view, text: formatAddition(view) };
  },
});

async function requestOf(session: Session, given: Input, call: Call): Promise<DatasetRequest> {
  const { dataset, prompt, rows, from_traces: traces } = given;
  if (rows !== undefined && traces === undefined) {
    refuseTooLarge(rows);
    const nameOf = (index: number) => `row ${index + 1}`;
    const name = prompt && (await selectName(session, { name: prompt }, call));
    return { dataset, prompt: name, source: { rows }, nameOf };
  }
  if (rows !== undefined || traces === undefined) {
    throw new RegistryError("invalid", "Nothing was added: give either rows or from_traces.");
  }
  const { limit, only_labelled: onlyLabelled } = traces;
  const { name, selector } = await tracedVersion(session, prompt, traces, call);
  const source = { traces: { limit, onlyLabelled }, selector };
  const nameOf = (index: number) => `trace ${index + 1}`;
  return { dataset, prompt: name, source, nameOf };
}

/** The version whose traces are wanted. Without a prompt it is one of the dataset's prompt. */
async function tracedVersion(
  session: Session,
  prompt: string | undefined,
  { version, alias }: Pick<NonNullable<Input["from_traces"]>, "version" | "alias">,
  call: Call,
): Promise<{ readonly name: string | undefined; readonly selector: VersionSelector | undefined }> {
  if (prompt !== undefined) {
    const selected = await selectPrompt(session, { name: prompt, version, alias }, call);
    return { name: selected.name, selector: selected.selector };
  }
  if (version !== undefined && alias !== undefined) {
    throw new RegistryError("invalid", "Both version and alias are given: give one of them.");
  }
  if (version !== undefined) return { name: undefined, selector: { version } };
  return { name: undefined, selector: alias === undefined ? undefined : { alias } };
}

function refuseTooLarge(rows: readonly DatasetRow[]): void {
  const size = stringifyJson(rows).length;
  if (size <= rowLimits.callCharacters) return;
  const [has, most] = [size, rowLimits.callCharacters].map((one) => one.toLocaleString("en-US"));
  throw new RegistryError(
    "invalid",
    `Nothing was added: the rows have ${has} characters as JSON; a call takes at most ${most}. Add them in several calls.`,
  );
}
