import { checkNewAlias } from "../../registry/limits.ts";
import type { VersionSelector } from "../../registry/types.ts";
import { findReference } from "../../registry/versions/find-reference.ts";
import { asUsage } from "../as-usage.ts";
import type { Action } from "../command.ts";
import { moveAlias } from "../move-alias.ts";
import { withLocalSession } from "../with-local-session.ts";

/** Points an alias at a version. */
export const run: Action = async (context, [reference = "", alias = ""], options) => {
  asUsage(() => checkNewAlias(alias));
  await withLocalSession(context, "promote", async (session, call) => {
    const { name, selector = "latest" } = await findReference(session.registry, reference, call);
    const version = versionOf(selector);
    await moveAlias(context, session, { name, alias, version }, options, call);
  });
};

function versionOf(selector: VersionSelector): number | string {
  if (selector === "latest") return selector;
  if ("version" in selector) return selector.version;
  return "alias" in selector ? selector.alias : "latest";
}
