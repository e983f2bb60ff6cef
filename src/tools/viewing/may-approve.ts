import { quote } from "../../registry/errors.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { authorOf, recordedName } from "../../registry/versions/provenance.ts";
import type { Session } from "../../session/session.ts";
import { mayDo } from "../offered.ts";

export const nameless =
  "A review needs the name of a person, and this server does not know who calls. It knows callers with --auth forward or --auth oauth, and over stdio.";

/** Why the caller cannot approve a version, in a sentence; undefined where they can. */
export function whyNoApproval(
  session: Pick<Session, "who" | "readOnly">,
  version: Pick<PromptVersion, "name" | "version" | "tags" | "userId">,
): string | undefined {
  const { readOnly } = session;
  const who = recordedName(session.who);
  // Not for a scope that the token lacks: the caller may ask for it.
  if (!mayDo({ readOnly }, "adds")) {
    return "You may only read here, and a review is a write.";
  }
  if (who === undefined) return nameless;
  if (authorOf(version) === who) {
    return `${quote(who)} registered version ${version.version} of ${quote(version.name)}, and nobody approves their own version. Ask somebody else to review it.`;
  }
  return undefined;
}
