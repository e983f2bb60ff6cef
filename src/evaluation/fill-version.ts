import { withOwnNames } from "../registry/contract/argument-names.ts";
import { fillPrompt } from "../registry/engine/fill-prompt.ts";
import { type ReadVersion, readVersion } from "../registry/engine/prompt-arguments.ts";
import type { JsonObject } from "../registry/json.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import { isEmptyMessage, withoutEmptyParts } from "../registry/template/empty-messages.ts";
import type { Rendered } from "../registry/template/rendered.ts";
import type { ChatMessage, PromptVersion } from "../registry/types.ts";
import { usesMustache } from "../registry/versions/template-format.ts";
import type { Session } from "../session/session.ts";

/** A version that is ready to be filled in, many times. */
export interface FillableVersion {
  readonly version: PromptVersion;
  readonly read: ReadVersion;
  readonly mustache: boolean;
}

/** A text or messages for a model, without those that are empty, which the notes name. */
export interface Finished {
  readonly text?: string;
  readonly messages?: ChatMessage[];
  readonly notes?: string[];
}

export async function fillable(
  { registry, templates }: Pick<Session, "registry" | "templates">,
  version: PromptVersion,
  options: CallOptions,
): Promise<FillableVersion> {
  const mustache = await usesMustache(registry, version, options);
  return { version, mustache, read: await readVersion(templates, version, { mustache }) };
}

/** @throws RegistryError as `fillPrompt` */
export async function fillVersion(
  { templates }: Pick<Session, "templates">,
  { version, read, mustache }: FillableVersion,
  variables: JsonObject,
): Promise<Finished> {
  const values = withOwnNames(read.arguments, variables);
  const rendered = await fillPrompt(templates, version, read, values, { mustache, strict: false });
  return withoutEmpty(rendered);
}

const refused = "model APIs refuse an empty text";

function withoutEmpty(rendered: Rendered): Finished {
  if (rendered.kind === "text") {
    const { text } = rendered;
    return text.trim() === "" ? { text, notes: [`The text is empty: ${refused}.`] } : { text };
  }
  const { messages } = rendered;
  const kept = messages.filter((message) => !isEmptyMessage(message)).map(withoutEmptyParts);
  const notes = messages.flatMap((message, index) =>
    isEmptyMessage(message)
      ? [`messages[${index}] (${message.role}) is empty and left out: ${refused}.`]
      : [],
  );
  return { messages: kept, ...(notes.length === 0 ? {} : { notes }) };
}
