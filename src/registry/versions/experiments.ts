/**
 * The tag of a prompt with the experiments on whose pages MLflow shows it: ",1,7,". MLflow finds them
 * by the text ",7," in it (3.8 to 3.17).
 */
export const experimentsTag = "_mlflow_experiment_ids";

/**
 * The tag with one more experiment, as MLflow's client writes it. Undefined when it is there already.
 * @param stored the value of the tag; undefined when the prompt has none
 */
export function withExperiment(stored: string | undefined, id: string): string | undefined {
  const ids = (stored ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  return ids.includes(id) ? undefined : `,${[...ids, id].join(",")},`;
}
