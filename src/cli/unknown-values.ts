import { fillable } from "../evaluation/fill-version.ts";
import { quote } from "../registry/errors.ts";
import type { JsonObject } from "../registry/json.ts";
import { uncountedNames } from "../registry/template/mlflow.ts";
import { findClosestNames } from "../registry/text/closest-names.ts";
import { findReference } from "../registry/versions/find-reference.ts";
import { loadReferenced } from "../registry/versions/served-version.ts";
import type { Call } from "../session/call.ts";
import type { Session } from "../session/session.ts";
import type { Output } from "./output/output.ts";

/**
 * Says which values the prompt does not take. The tools pass over them, since hosts send more than is asked
 * for; a person has mistyped a name.
 * @throws RegistryError where the prompt cannot be loaded
 */
export async function noteUnknownValues(
  session: Session,
  { name: text, variables }: { readonly name: string; readonly variables: JsonObject },
  output: Pick<Output, "note">,
  call: Call,
): Promise<void> {
  if (Object.keys(variables).length === 0) return;
  const { registry, serve } = session;
  const reference = await findReference(registry, text, call);
  const version = await loadReferenced(registry, reference, serve, call);
  const { read } = await fillable(session, version, call);
  if (read.problem !== undefined) return;
  const listed = read.arguments.map(({ name }) => name);
  const aliases = read.arguments.flatMap((one) => one.aliases ?? []);
  const hidden = [...(read.objects ?? []), ...uncountedNames(version.template)];
  const taken = new Set([...listed, ...aliases, ...hidden]);
  for (const given of Object.keys(variables)) {
    if (taken.has(given)) continue;
    const [meant] = findClosestNames(given, listed);
    const hint = meant === undefined ? "" : ` Did you mean ${quote(meant)}?`;
    output.note(`${version.name} takes no value ${quote(given)}, which is not used.${hint}`);
  }
}
