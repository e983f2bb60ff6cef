import { type Finished, fillable, fillVersion } from "../../evaluation/fill-version.ts";
import type { JsonObject } from "../../registry/json.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { loadReferenced } from "../../registry/versions/served-version.ts";
import type { Session } from "../../session/session.ts";
import { type Selection, selectPrompt } from "./selectors.ts";

/** A version that a caller selected, filled in with the caller's values. */
export interface Filled {
  readonly version: PromptVersion;
  readonly finished: Finished;
}

/** Without a version, an alias and a version in the name it is the version that this server serves. */
export async function fillSelected(
  session: Session,
  selection: Selection & { readonly variables: JsonObject },
  options: CallOptions,
): Promise<Filled> {
  const { registry, serve } = session;
  const reference = await selectPrompt(session, selection, options);
  const version = await loadReferenced(registry, reference, serve, options);
  const prepared = await fillable(session, version, options);
  return { version, finished: await fillVersion(session, prepared, selection.variables) };
}
