import { RegistryError } from "../registry/errors.ts";
import { countOf } from "../registry/text/count.ts";

/** What a command ends with that was interrupted between or in its prompts, and that can go on. */
export function interrupted(done: number, total: number): RegistryError {
  return new RegistryError(
    "cancelled",
    `Interrupted: ${done} of ${countOf(total, "prompt")} are done. Run the command again to go on.`,
  );
}
