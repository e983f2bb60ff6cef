import { quote, RegistryError, type RegistryErrorSubject } from "../../registry/errors.ts";
import { limits } from "../../registry/limits.ts";
import { nearestName } from "../../registry/text/prompt-name.ts";

/**
 * Whether MLflow refuses a request because of the prompt's name. Since 3.11 it reads and changes no
 * prompt whose name has "/" or ":", or is "." or "..". Its searches still return such a prompt.
 */
export function refusesName(
  refusal: { readonly code: string },
  name: string | undefined,
): name is string {
  return (
    refusal.code === "INVALID_PARAMETER_VALUE" &&
    name !== undefined &&
    (/[/:]/.test(name) || name === "." || name === ".." || name.trim() === "")
  );
}

/** The error for a change of such a prompt. */
export function refusedName(name: string, subject: RegistryErrorSubject): RegistryError {
  return new RegistryError(
    "invalid",
    `MLflow does not change the prompt ${quote(name)} because of its name: since 3.11 a name has no "/" or ":". copy_prompt registers the prompt under another name, such as ${quote(nearestName(name, limits.nameLength))}.`,
    subject,
  );
}
