import { openArchive } from "../../transfer/archive/archive-source.ts";
import type { Action } from "../command.ts";
import { withTransfer } from "../open-transfer.ts";
import { transferTo } from "../transfer-to.ts";

/** Carries the prompts of an archive over to the configured registry. */
export const run: Action = async (context, [path = ""], options) => {
  await withTransfer(context, "restore", async (session) => {
    const source = await openArchive(path);
    try {
      await transferTo(context, session, source, session.config, options.has("dry-run"));
    } finally {
      await source.close();
    }
  });
};
