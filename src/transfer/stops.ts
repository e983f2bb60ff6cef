import type { RegistryError, RegistryErrorKind } from "../registry/errors.ts";

const kinds: readonly RegistryErrorKind[] = ["unavailable", "unauthenticated", "cancelled"];

/** Whether the failure of one prompt is that of all others too. */
export function stopsEverything({ kind }: RegistryError): boolean {
  return kinds.includes(kind);
}
