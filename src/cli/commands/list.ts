import type { ListedPrompt } from "../../tools/output/listed-prompt.ts";
import { listPrompts } from "../../tools/reading/list-prompts.ts";
import { callTool } from "../call-tool.ts";
import type { Action } from "../command.ts";
import { readPairs } from "../input.ts";
import type { OptionValues } from "../option-values.ts";
import { shortDate } from "../short-date.ts";
import { withLocalSession } from "../with-local-session.ts";

const pageSize = 100;

/** Lists prompts as list_prompts does, all pages up to the limit. */
export const run: Action = async (context, [query], options) => {
  const { output } = context;
  const limit = options.whole("limit", 1) ?? pageSize;
  const filters = { query, ...filtersOf(options) };
  await withLocalSession(context, "list", async (session, call) => {
    const found: unknown[] = [];
    const rows: ListedPrompt[] = [];
    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = { ...filters, cursor, limit: Math.min(pageSize, limit - rows.length) };
      const { structured, view } = await callTool(session, listPrompts, page, call);
      if (Array.isArray(structured.prompts)) found.push(...structured.prompts);
      rows.push(...view.prompts);
      for (const note of notesOf(view)) seen.add(note);
      cursor = view.next_cursor;
    } while (cursor !== undefined && rows.length < limit);
    output.print(found, () =>
      output.table({
        head: ["name", "version", "aliases", "variables", "updated", "description"],
        rows: rows.map((prompt) => rowOf(prompt, output.isTerminal)),
      }),
    );
    if (rows.length === 0) output.note("No prompt matches.");
    for (const note of seen) output.note(note);
    if (cursor !== undefined) output.note(`There are more than ${limit}: --limit shows more.`);
  });
};

function filtersOf(options: OptionValues) {
  const tags = Object.fromEntries(readPairs(options.texts("tag"), "a tag"));
  return {
    name: options.text("name"),
    tags: Object.keys(tags).length === 0 ? undefined : tags,
    alias: options.text("alias"),
    variable: options.text("variable"),
    author: options.text("author"),
    not_live: options.has("not-live") || undefined,
    never_evaluated: options.has("never-evaluated") || undefined,
    details: options.has("details") || undefined,
    changed_since: options.text("changed-since"),
    order: options.text("order"),
  };
}

function rowOf(prompt: ListedPrompt, isTerminal: boolean): readonly string[] {
  const { name, latest_version, aliases, variables, updated_at, description, problem } = prompt;
  return [
    name,
    latest_version === undefined ? "" : `${latest_version}`,
    Object.entries(aliases)
      .map(([alias, version]) => `${alias}=${version}`)
      .join(","),
    variables.join(","),
    shortDate(updated_at, isTerminal),
    problem ?? description,
  ];
}

function notesOf(view: {
  readonly nearest?: readonly string[] | undefined;
  readonly cut?: boolean | undefined;
  readonly runs_cut?: boolean | undefined;
}): readonly string[] {
  return [
    ...(view.nearest ? [`The most similar names: ${view.nearest.join(", ")}.`] : []),
    ...(view.cut ? ["The search stopped before the end of the registry: narrow it."] : []),
    ...(view.runs_cut ? ["Only the newest evaluation runs were looked at."] : []),
  ];
}
