import { aliasMoved } from "../../registry/errors.ts";
import { findAliasedVersion } from "../../registry/versions/served-version.ts";
import type { WriteConditions } from "../../registry/writes.ts";
import { toPrompt } from "../reads/decode.ts";
import type { WireModel } from "../schemas.ts";

/**
 * Checks that the aliases point at the versions that a write requires. MLflow has no conditional
 * writes (3.8 to 3.17), so the model must have been read immediately before the write.
 * @throws RegistryError `conflict` naming the first alias that points at another version
 */
export function checkConditions(model: WireModel, { aliases = {} }: WriteConditions = {}): void {
  const prompt = toPrompt(model);
  for (const [alias, expected] of Object.entries(aliases)) {
    const actual = findAliasedVersion(prompt, alias);
    if (expected !== (actual ?? 0)) throw aliasMoved(prompt.name, alias, expected, actual);
  }
}
