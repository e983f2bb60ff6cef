import { RegistryError } from "../../registry/errors.ts";
import { countOf } from "../../registry/text/count.ts";
import type { Output } from "../output/output.ts";

/** @throws RegistryError `invalid` when there are problems, after all of them are printed */
export function refuseProblems(
  problems: readonly string[],
  done: "pushed" | "pulled",
  output: Pick<Output, "note">,
): void {
  if (problems.length === 0) return;
  for (const problem of problems) output.note(problem);
  throw new RegistryError(
    "invalid",
    `Nothing was ${done}, because of ${countOf(problems.length, "problem")} in the folder.`,
  );
}
