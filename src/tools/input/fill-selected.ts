import { withOwnNames } from "../../registry/contract/argument-names.ts";
import { fillPrompt } from "../../registry/engine/fill-prompt.ts";
import { readVersion } from "../../registry/engine/prompt-arguments.ts";
import type { JsonObject } from "../../registry/json.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { isEmptyMessage, withoutEmptyParts } from "../../registry/template/empty-messages.ts";
import type { Rendered } from "../../registry/template/rendered.ts";
import type { ChatMessage, PromptVersion } from "../../registry/types.ts";
import { loadReferenced } from "../../registry/versions/served-version.ts";
import { usesMustache } from "../../registry/versions/template-format.ts";
import type { Session } from "../../session/session.ts";
import { type Selection, selectPrompt } from "./selectors.ts";

/** A version that a caller selected, filled in with the caller's values. */
export interface Filled {
  readonly version: PromptVersion;
  readonly finished: Finished;
}

/** A text or messages for a model, without those that are empty, which the notes name. */
export interface Finished {
  readonly text?: string;
  readonly messages?: ChatMessage[];
  readonly notes?: string[];
}

/** Without a version, an alias and a version in the name it is the version that this server serves. */
export async function fillSelected(
  session: Session,
  selection: Selection & { readonly variables: JsonObject },
  options: CallOptions,
): Promise<Filled> {
  const { registry, templates, serve } = session;
  const reference = await selectPrompt(session, selection, options);
  const version = await loadReferenced(registry, reference, serve, options);
  const mustache = await usesMustache(registry, version, options);
  const read = await readVersion(templates, version, { mustache });
  const values = withOwnNames(read.arguments, selection.variables);
  const rendered = await fillPrompt(templates, version, read, values, { mustache, strict: false });
  return { version, finished: withoutEmpty(rendered) };
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
