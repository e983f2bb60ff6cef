import { aliasMoved } from "../../registry/errors.ts";
import type { WriteConditions } from "../../registry/prompt-registry.ts";
import { aliasedVersion } from "../../registry/versions/served-version.ts";
import { toPrompt } from "../reads/decode.ts";
import type { WireModel } from "../schemas.ts";

/**
 * Looks whether aliases point where a write needs them to. MLflow cannot write on condition (3.8 to
 * 3.17), so this is called with what was looked at just before the write.
 * @throws RegistryError `conflict` naming the first alias that points elsewhere
 */
export function checkConditions(model: WireModel, { aliases = {} }: WriteConditions = {}): void {
  const prompt = toPrompt(model);
  for (const [alias, expected] of Object.entries(aliases)) {
    const actual = aliasedVersion(prompt, alias);
    if (expected !== (actual ?? 0)) throw aliasMoved(prompt.name, alias, expected, actual);
  }
}
