import { quote, RegistryError, type RegistryErrorKind } from "../errors.ts";
import type { CallOptions, PromptRegistry } from "../prompt-registry.ts";
import { isShortForm, parseReference, type Reference } from "../references.ts";

/** Some servers answer "forbidden" for a prompt that does not exist. */
const absentKinds: readonly RegistryErrorKind[] = ["not_found", "forbidden", "invalid"];

/**
 * Finds what a text refers to. A prompt that was made elsewhere may be named like a reference, for
 * instance "a@b". Such a name comes before the short form of another prompt; only a text that can be
 * both costs a lookup. A text in the `prompts:/` form is never a name.
 * @throws RegistryError `invalid` for a text that can be neither, `not_found` if it could be the name
 *   of a prompt; the message names the text and the valid forms
 */
export async function findReference(
  registry: PromptRegistry,
  text: string,
  options?: CallOptions,
): Promise<Reference> {
  if (!isShortForm(text)) return parseReference(text);
  return (await hasPrompt(registry, text, options)) ? { name: text } : parseShortForm(text);
}

function parseShortForm(text: string): Reference {
  try {
    return parseReference(text);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const message = `No prompt named ${quote(text)}. ${error.message}`;
    throw new RegistryError("not_found", message, { prompt: text }, { cause: error });
  }
}

/** Whether there is a prompt of exactly this name that the caller may read. */
export async function hasPrompt(
  registry: PromptRegistry,
  name: string,
  options?: CallOptions,
): Promise<boolean> {
  try {
    if (registry.hasPrompt) return await registry.hasPrompt(name, options);
    await registry.getPrompt(name, options);
    return true;
  } catch (error) {
    if (error instanceof RegistryError && absentKinds.includes(error.kind)) return false;
    throw error;
  }
}
