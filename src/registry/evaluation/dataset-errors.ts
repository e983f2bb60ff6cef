import { quote, RegistryError } from "../errors.ts";
import type { Dataset } from "./datasets.ts";

/** What keeps the datasets, as errors name it. */
export type DatasetKeeper = "MLflow" | "The registry";

export function datasetNameTaken(keeper: DatasetKeeper, name: string): RegistryError {
  return new RegistryError(
    "already_exists",
    `${keeper} has a dataset named ${quote(name)} already. Add rows to it, or choose another name.`,
  );
}

export function noDataset(keeper: DatasetKeeper, nameOrId: string): RegistryError {
  return new RegistryError(
    "not_found",
    `${keeper} has no dataset ${quote(nameOrId)}. List the datasets to see those that exist.`,
  );
}

export function severalDatasets(
  keeper: DatasetKeeper,
  datasets: readonly Pick<Dataset, "id" | "name">[],
): RegistryError {
  const ids = datasets.map(({ id }) => id).join(", ");
  return new RegistryError(
    "conflict",
    `${keeper} has ${datasets.length} datasets named ${quote(datasets[0]?.name ?? "")}. Use the ID of one of them instead: ${ids}.`,
  );
}

/** For a dataset that would be tied to a second prompt. */
export function tiedToAnother(
  { name, prompt: tied = "" }: Pick<Dataset, "name" | "prompt">,
  prompt: string,
): RegistryError {
  return new RegistryError(
    "conflict",
    `Nothing was added: the dataset ${quote(name)} is for the prompt ${quote(tied)}, not for ${quote(prompt)}. Leave out the prompt, or name another dataset.`,
    { prompt },
  );
}
