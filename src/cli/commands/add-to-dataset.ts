import { addToDataset } from "../../evaluation/datasets/add-to-dataset.ts";
import { RegistryError } from "../../registry/errors.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { evaluationsOf } from "../../tools/input/evaluation-fields.ts";
import { selectName } from "../../tools/input/selectors.ts";
import { mayDo } from "../../tools/offered.ts";
import {
  type AdditionView,
  formatAddition,
  viewAddition,
} from "../../tools/output/dataset-view.ts";
import type { Action } from "../command.ts";
import { readRows } from "../file-rows.ts";
import { withLocalSession } from "../with-local-session.ts";

/** What the words and flags of the command say. */
export interface AddRequest {
  /** Name or ID. */
  readonly dataset: string;
  /** Path of a JSON list, of JSON Lines or of CSV. */
  readonly file: string;
  /** The prompt that a new dataset is for. */
  readonly prompt?: string | undefined;
}

/**
 * Adds the rows of a file to a dataset as the tool add_to_dataset does, and prints the result. Nothing
 * is stored when a row is wrong.
 * @throws ConfigError for wrong usage
 * @throws RegistryError for wrong rows, and as `addToDataset`
 */
export const run: Action = async (context, [dataset = "", file = ""], options) => {
  const request = { dataset, file, prompt: options.text("prompt") };
  await withLocalSession(context, "add-to-dataset", async (session, call) => {
    const added = await addFile(session, request, call);
    context.output.print(added, () => context.output.write(`${formatAddition(added)}\n`));
  });
};

/** Resolves with what was added. */
export async function addFile(
  session: Session,
  { dataset, file, prompt: name }: AddRequest,
  call: Call,
): Promise<AdditionView> {
  if (!mayDo(session, "adds")) {
    throw new RegistryError(
      "forbidden",
      "Nothing was added: this configuration is read-only. Leave out --read-only or MLFLOW_PROMPTS_READ_ONLY.",
    );
  }
  const { rows, nameOf } = readRows(file);
  const prompt = name === undefined ? undefined : await selectName(session, { name }, call);
  const request = { dataset, prompt, source: { rows }, nameOf };
  return viewAddition(await addToDataset(session, evaluationsOf(session), request, call));
}
