import { checkNewAlias } from "../../registry/limits.ts";
import { asUsage } from "../as-usage.ts";
import type { Action } from "../command.ts";
import { moveAlias } from "../move-alias.ts";
import { withLocalSession } from "../with-local-session.ts";

/** Points an alias at the version that it had before its last move. */
export const run: Action = async (context, [name = "", alias = ""], options) => {
  asUsage(() => checkNewAlias(alias));
  await withLocalSession(context, "rollback", async (session, call) => {
    await moveAlias(context, session, { name, alias, version: "previous" }, options, call);
  });
};
