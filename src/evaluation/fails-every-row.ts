import type { RegistryError } from "../registry/errors.ts";

/** Whether a model's failure is one that every other row meets as well. */
export function failsEveryRow({ kind, reason }: RegistryError): boolean {
  return (
    kind === "cancelled" ||
    kind === "unauthenticated" ||
    kind === "forbidden" ||
    reason === "over_budget"
  );
}
