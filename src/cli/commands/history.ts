import { listPromptVersions } from "../../tools/reading/list-prompt-versions.ts";
import { callTool } from "../call-tool.ts";
import type { Action } from "../command.ts";
import { shortDate } from "../short-date.ts";
import { withLocalSession } from "../with-local-session.ts";

const pageSize = 100;

/**
 * Lists the versions of a prompt as list_prompt_versions does, newest first, up to the limit. A version that
 * was carried over has the time when it was first registered: all of them were carried over at once.
 */
export const run: Action = async (context, [name = ""], options) => {
  const { output } = context;
  const limit = options.whole("limit", 1) ?? pageSize;
  await withLocalSession(context, "history", async (session, call) => {
    const found: unknown[] = [];
    const rows: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = { name, cursor, limit: Math.min(pageSize, limit - rows.length) };
      const { structured, view } = await callTool(session, listPromptVersions, page, call);
      if (Array.isArray(structured.versions)) found.push(...structured.versions);
      for (const { version, aliases, author = "", commit_message, ...times } of view.versions) {
        const made = shortDate(times.first_created_at ?? times.created_at, output.isTerminal);
        rows.push([`${version}`, aliases.join(","), made, author, commit_message]);
      }
      cursor = view.next_cursor;
    } while (cursor !== undefined && rows.length < limit);
    output.print(found, () =>
      output.table({ head: ["version", "aliases", "registered", "author", "message"], rows }),
    );
    if (cursor !== undefined) output.note(`There are more than ${limit}: --limit shows more.`);
  });
};
