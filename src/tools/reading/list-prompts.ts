import * as z from "zod";
import { listVariables } from "../../registry/engine/variables.ts";
import {
  maxRunsRead,
  readEvaluatedVersions,
} from "../../registry/evaluation/evaluated-versions.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { FoundPrompts, PromptSearch } from "../../registry/search/prompt-search.ts";
import { maxScanned } from "../../registry/search/scan.ts";
import { findExceededLimit, maxDepth, maxNameLength } from "../../registry/text/value-size.ts";
import type { Session } from "../../session/session.ts";
import { evaluationsOf } from "../input/evaluation-fields.ts";
import { cursor, limit, nextCursor, shortText, tags } from "../input/fields.ts";
import { parseSince, sinceExamples } from "../input/since.ts";
import {
  formatListed,
  type ListedPrompt,
  listedPrompt,
  viewListed,
} from "../output/listed-prompt.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

const bound = maxScanned.toLocaleString("en-US");

const runBound = maxRunsRead.toLocaleString("en-US");

const input = z.strictObject({
  query: z
    .string()
    .max(500)
    .optional()
    .describe(
      "What the prompt is about, in a few words of any language, such as refund reply. Searches name, title, description, tags, and the texts of the latest and the served version. Plurals, beginnings of words and a typing error match. If no prompt has all words, the best matches come, and missing names what they lack.",
    ),
  name: shortText.optional().describe("Part of the name. Case is ignored."),
  tags: tags
    .refine(isShort, "are too long")
    .optional()
    .describe("Tags the prompt must have, with exactly these values."),
  alias: shortText.optional().describe('An alias the prompt must have, such as "production".'),
  variable: shortText.optional().describe("A variable the latest version must have."),
  author: shortText
    .optional()
    .describe("Who must have registered the latest version, exactly as latest_author has it."),
  not_live: z
    .boolean()
    .optional()
    .describe(
      "Only prompts whose latest version is not the live one: that of the first protected or served alias they have.",
    ),
  never_evaluated: z
    .boolean()
    .optional()
    .describe("Only prompts whose latest version no evaluation run names."),
  details: z
    .boolean()
    .optional()
    .describe(
      "Also say since when each alias points at its version and who moved it, and whether the latest version is live and was evaluated.",
    ),
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

type Given = z.infer<typeof input>;

export const listPrompts = defineTool({
  name: "list_prompts",
  title: "List prompts",
  description:
    "Lists the prompts of the registry, or those that match a search, with their aliases, tags and the variables of the latest version. Use it to find a prompt before load_prompt or render_prompt. A prompt must match every filter. Long lists come in pages: pass next_cursor as cursor. If cut is true, the search stopped before the end of the registry: narrow it.",
  effect: "reads",
  input,
  output: z.object({
    prompts: z.array(listedPrompt),
    nearest: z
      .array(z.string())
      .optional()
      .describe("The most similar names, when nothing matches the query."),
    next_cursor: nextCursor,
    runs_cut: z
      .boolean()
      .optional()
      .describe(
        `True when only the newest ${runBound} evaluation runs were looked at: an older one may name a version.`,
      ),
    cut: z
      .boolean()
      .optional()
      .describe(
        `True when the search stopped after ${bound} prompts, or fewer long ones. No cursor leads to the rest.`,
      ),
  }),
  async run(session, given, options) {
    const { registry, templates, serve, protectedAliases } = session;
    const live = [...protectedAliases, ...serve];
    const search = searchOf(given, { serve, live });
    const [page, evaluated] = await Promise.all([
      registry.searchPrompts(search, options),
      findEvaluated(session, given, options),
    ]);
    const details = given.details ? { live, evaluated } : undefined;
    const found = await Promise.all(
      page.items.map(async (prompt, index) => {
        const { latest, tags } = prompt;
        const template = latest && (await listVariables(templates, latest, tags));
        return viewListed(prompt, search, { template, match: page.matches?.[index], details });
      }),
    );
    // The registry does not parse Jinja2 and mustache, so it may find too much.
    const { variable } = search;
    const prompts = found.filter(
      ({ name, latest_version: latest, variables }) =>
        (variable === undefined || variables.includes(variable)) &&
        !(given.never_evaluated && (latest === undefined || evaluated?.has(name, latest))),
    );
    const structured = {
      prompts,
      ...(page.nearest ? { nearest: [...page.nearest] } : {}),
      ...(page.nextCursor ? { next_cursor: page.nextCursor } : {}),
      ...(evaluated?.cut ? { runs_cut: true } : {}),
      ...(page.cut ? { cut: true } : {}),
    };
    const runs =
      evaluated?.cut &&
      line`Only the newest ${runBound} evaluation runs were looked at. An older one may name a version.`;
    return { structured, text: ToolText.join(text(prompts, page), runs) };
  },
});

/** Tags are part of the cache key, so their size is limited. */
function isShort(tags: object): boolean {
  return (
    findExceededLimit(tags, { depth: maxDepth, text: maxNameLength, all: 4 * maxNameLength }) ===
    undefined
  );
}

/**
 * The versions that were evaluated, where the call asks for them.
 * @throws RegistryError `unavailable` for a filter by evaluations where none are kept
 */
async function findEvaluated(session: Session, given: Given, options: CallOptions) {
  const isAsked = given.never_evaluated || (given.details && session.evaluations);
  if (!isAsked) return undefined;
  const store = evaluationsOf(session);
  return session.evaluatedVersions?.(options) ?? readEvaluatedVersions(store, options);
}

function searchOf(
  given: Given,
  { serve, live }: { readonly serve: readonly string[]; readonly live: readonly string[] },
): PromptSearch {
  const { name, changed_since, not_live, never_evaluated: _, details: __, ...rest } = given;
  return {
    ...rest,
    nameContains: name,
    ...(rest.query === undefined ? {} : { serve }),
    ...(not_live ? { notLive: live } : {}),
    changedSince: changed_since === undefined ? undefined : parseSince(changed_since, Date.now()),
  };
}

function text(
  prompts: readonly ListedPrompt[],
  { nextCursor: next, cut, nearest = [] }: FoundPrompts,
): ToolText {
  const rest =
    cut &&
    line`The search stopped after ${bound} prompts, or fewer long ones. Narrow it by name, tags or changed_since.`;
  if (prompts.length === 0) {
    const more = next === undefined ? "." : ` so far. The search continues: cursor ${next}`;
    const similar = nearest.length > 0 && line`The most similar names: ${nearest.join(", ")}`;
    return ToolText.join(line`No prompt matches${more}`, similar, rest);
  }
  const more = next !== undefined && line`More prompts follow: cursor ${next}`;
  const partial =
    prompts.some(({ missing }) => missing) &&
    line`No prompt has all words of the query. These match best:`;
  return ToolText.join(partial, ...prompts.map(formatListed), rest, more);
}
