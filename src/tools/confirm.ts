import * as z from "zod";
import { quote, RegistryError } from "../registry/errors.ts";

export const confirm = z
  .string()
  .optional()
  .describe("The prompt's name once more, to delete for good. Without it nothing is deleted.");

/** @throws RegistryError `invalid` for a confirmation of something else */
export function refuseWrongConfirm(name: string, confirmed: string | undefined): void {
  if (confirmed === undefined || confirmed === name) return;
  throw new RegistryError(
    "invalid",
    `Nothing was deleted: confirm is ${quote(confirmed)} and the prompt is ${quote(name)}. They must be equal.`,
    { prompt: name },
  );
}
