import * as z from "zod";
import type { TemplateEngine } from "../../registry/engine/template-engine.ts";
import { type ListedTemplate, listVariables } from "../../registry/engine/variables.ts";
import type { FoundPrompts, PromptSearch } from "../../registry/prompt-registry.ts";
import { matchPrompt, searchedFields } from "../../registry/search/prompt-search.ts";
import { maxScanned } from "../../registry/search/scan.ts";
import { nounFor } from "../../registry/text/count.ts";
import { toJsonText } from "../../registry/text/one-line.ts";
import { findExceededLimit, maxDepth, maxNameLength } from "../../registry/text/value-size.ts";
import type { Prompt, PromptVersion } from "../../registry/types.ts";
import { cursor, limit, nextCursor, shortText, tags, time } from "../input/fields.ts";
import { parseSince, sinceExamples } from "../input/since.ts";
import { describeOrigin, isoTime, viewOrigin } from "../output/origin.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

const bound = maxScanned.toLocaleString("en-US");

const listed = z.object({
  name: z.string(),
  description: z.string(),
  latest_version: z.int().optional().describe("Absent when the prompt has no versions."),
  latest_created_at: z.string().optional().describe("When the latest version was registered."),
  latest_author: z.string().optional().describe("Who registered it. Absent when not recorded."),
  latest_commit_message: z
    .string()
    .optional()
    .describe('What the latest version changed. Only with order "changed".'),
  aliases: z.record(z.string(), z.int()).describe("Version number by alias."),
  tags: z.record(z.string(), z.string()),
  variables: z.array(z.string()).describe("Variables of the latest version."),
  updated_at: time,
  problem: z
    .string()
    .optional()
    .describe("Why the prompt cannot be read, or nobody can fill in its latest version."),
  matched: z
    .array(z.enum(searchedFields))
    .optional()
    .describe("Fields that contain words of the query. Absent without a query."),
});

const input = z.strictObject({
  query: z
    .string()
    .max(500)
    .optional()
    .describe(
      "Words or parts of words. Every one must occur in the name, description, tags or text of the latest version. Case is ignored.",
    ),
  name: shortText.optional().describe("Part of the name. Case is ignored."),
  tags: tags
    .refine(isShort, "are too long")
    .optional()
    .describe("Tags the prompt must have, with exactly these values."),
  alias: shortText.optional().describe('An alias the prompt must have, such as "production".'),
  variable: shortText.optional().describe("A variable the latest version must have."),
  changed_since: z
    .string()
    .refine(
      (text) => parseSince(text, Date.now()) !== undefined,
      `must be a time: ${sinceExamples}`,
    )
    .optional()
    .describe(
      `Only prompts whose updated_at is this time or later, in UTC: ${sinceExamples}. Weeks begin on Monday. A new or deleted version, a new description and a new name count as changes. Tags and aliases do not.`,
    ),
  order: z
    .enum(["name", "relevance", "changed"])
    .optional()
    .describe(
      'Default: "relevance" (best match first) with a query, otherwise "name". "changed" puts the newest change first.',
    ),
  limit,
  cursor,
});

export const listPrompts = defineTool({
  name: "list_prompts",
  title: "List prompts",
  description:
    "Lists the prompts of the registry, or those that match a search, with their aliases, tags and the variables of the latest version. Use it to find a prompt before load_prompt or render_prompt. A prompt must match every filter. Long lists come in pages: pass next_cursor as cursor. If cut is true, the search stopped before the end of the registry: narrow it.",
  effect: "reads",
  input,
  output: z.object({
    prompts: z.array(listed),
    next_cursor: nextCursor,
    cut: z
      .boolean()
      .optional()
      .describe(
        `True when the search stopped after ${bound} prompts. No cursor leads to the rest.`,
      ),
  }),
  async run({ registry, templates }, given, options) {
    const search = searchOf(given);
    const page = await registry.searchPrompts(search, options);
    const found = await Promise.all(
      page.items.map(async (prompt) => view(prompt, search, await templateOf(templates, prompt))),
    );
    // The registry does not parse Jinja2 and mustache, so it may find too much.
    const { variable } = search;
    const prompts = found.filter(
      ({ variables }) => variable === undefined || variables.includes(variable),
    );
    const structured = {
      prompts,
      ...(page.nextCursor ? { next_cursor: page.nextCursor } : {}),
      ...(page.cut ? { cut: true } : {}),
    };
    return { structured, text: text(prompts, page) };
  },
});

/** Tags are part of the cache key, so their size is limited. */
function isShort(tags: object): boolean {
  return (
    findExceededLimit(tags, { depth: maxDepth, text: maxNameLength, all: 4 * maxNameLength }) ===
    undefined
  );
}

function searchOf(given: z.infer<typeof input>): PromptSearch {
  const { query = "", name, changed_since, ...rest } = given;
  const words = query.split(/\s+/).filter((word) => word !== "");
  return {
    ...rest,
    nameContains: name,
    words,
    changedSince: changed_since === undefined ? undefined : parseSince(changed_since, Date.now()),
  };
}

async function templateOf(
  templates: TemplateEngine,
  { latest, tags }: Prompt,
): Promise<ListedTemplate> {
  return latest === undefined ? { variables: [] } : listVariables(templates, latest, tags);
}

function view(
  prompt: Prompt,
  search: PromptSearch,
  template: ListedTemplate,
): z.infer<typeof listed> {
  const problem = prompt.problem ?? template.problem;
  const matched = search.words?.length ? matchPrompt(prompt, search)?.fields : undefined;
  return {
    name: prompt.name,
    description: prompt.description,
    ...(prompt.latest ? viewLatest(prompt.latest, search) : {}),
    aliases: { ...prompt.aliases },
    tags: { ...prompt.tags },
    variables: [...template.variables],
    updated_at: isoTime(prompt.updatedAt),
    ...(problem === undefined ? {} : { problem }),
    ...(matched ? { matched: [...matched] } : {}),
  };
}

function viewLatest(latest: PromptVersion, { order }: PromptSearch) {
  const { created_at, author } = viewOrigin(latest);
  return {
    latest_version: latest.version,
    latest_created_at: created_at,
    ...(author === undefined ? {} : { latest_author: author }),
    ...(order === "changed" ? { latest_commit_message: latest.commitMessage } : {}),
  };
}

function text(
  prompts: readonly z.infer<typeof listed>[],
  { nextCursor: next, cut }: FoundPrompts,
): ToolText {
  const rest =
    cut &&
    line`The search stopped after ${bound} prompts. Narrow it by name, tags or changed_since, or use order "changed", which continues on further pages.`;
  if (prompts.length === 0) {
    const more = next === undefined ? "." : ` so far. The search continues: cursor ${next}`;
    return ToolText.join(line`No prompt matches${more}`, rest);
  }
  const lines = prompts.map((prompt) => {
    const aliases = Object.entries(prompt.aliases).map(([alias, at]) => `@${alias}=${at}`);
    const facts = [
      prompt.problem !== undefined && `unreadable: ${prompt.problem}`,
      prompt.latest_version !== undefined
        ? `latest ${prompt.latest_version}, ${latestOrigin(prompt)}`
        : prompt.problem === undefined && "no versions",
      ...aliases,
      prompt.variables.length > 0 &&
        `${nounFor(prompt.variables.length, "variable")} ${prompt.variables.join(", ")}`,
      Object.keys(prompt.tags).length > 0 && `tags ${toJsonText(prompt.tags)}`,
      prompt.matched && `matches in ${prompt.matched.join(", ")}`,
    ].filter(Boolean);
    const description = prompt.description && `: ${prompt.description}`;
    const change =
      prompt.latest_commit_message &&
      ` Changed in version ${prompt.latest_version}: ${prompt.latest_commit_message}`;
    return line`- ${prompt.name} (${facts.join("; ")})${description}${change ?? ""}`;
  });
  const more = next !== undefined && line`More prompts follow: cursor ${next}`;
  return ToolText.join(...lines, rest, more);
}

function latestOrigin({
  latest_created_at: created_at = "",
  latest_author: author,
}: z.infer<typeof listed>): string {
  return describeOrigin({ created_at, author });
}
