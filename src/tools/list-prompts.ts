import * as z from "zod";
import { variablesOf } from "../registry/template/mlflow.ts";
import type { Prompt } from "../registry/types.ts";
import { cursor, limit, nextCursor, tags, time } from "./fields.ts";
import { defineTool } from "./tool.ts";
import { isoTime } from "./version-view.ts";

const listed = z.object({
  name: z.string(),
  description: z.string(),
  latest_version: z.int().optional().describe("Absent when the prompt has no versions."),
  aliases: z.record(z.string(), z.int()).describe("Version number by alias."),
  tags: z.record(z.string(), z.string()),
  variables: z.array(z.string()).describe("Variables of the latest version."),
  updated_at: time,
});

export const listPrompts = defineTool({
  name: "list_prompts",
  title: "List prompts",
  description:
    "Lists the prompts of the registry in order of name, with their aliases, tags and the variables of the latest version. Use it to find a prompt before load_prompt or render_prompt. All filters given must hold. Long registries come in pages: pass next_cursor as cursor.",
  effect: "reads",
  input: z.strictObject({
    name: z.string().optional().describe("Part of the name, upper and lower case alike."),
    tags: tags.optional().describe("Prompt tags that must have exactly these values."),
    alias: z.string().optional().describe('An alias the prompt must have, such as "production".'),
    limit,
    cursor,
  }),
  output: z.object({ prompts: z.array(listed), next_cursor: nextCursor }),
  async run({ registry }, input, options) {
    const page = await registry.searchPrompts(
      {
        nameContains: input.name,
        tags: input.tags,
        alias: input.alias,
        limit: input.limit,
        cursor: input.cursor,
      },
      options,
    );
    const prompts = page.items.map(view);
    const structured = {
      prompts,
      ...(page.nextCursor ? { next_cursor: page.nextCursor } : {}),
    };
    return { structured, text: text(prompts, page.nextCursor) };
  },
});

function view(prompt: Prompt): z.infer<typeof listed> {
  return {
    name: prompt.name,
    description: prompt.description,
    ...(prompt.latest ? { latest_version: prompt.latest.version } : {}),
    aliases: { ...prompt.aliases },
    tags: { ...prompt.tags },
    variables: prompt.latest ? [...variablesOf(prompt.latest.template)] : [],
    updated_at: isoTime(prompt.updatedAt),
  };
}

function text(prompts: readonly z.infer<typeof listed>[], next: string | undefined): string {
  if (prompts.length === 0) return "No prompt matches.";
  const lines = prompts.map((prompt) => {
    const aliases = Object.entries(prompt.aliases).map(([alias, at]) => `@${alias}=${at}`);
    const facts = [
      prompt.latest_version === undefined ? "no versions" : `latest ${prompt.latest_version}`,
      ...aliases,
      prompt.variables.length > 0 && `variables ${prompt.variables.join(", ")}`,
      Object.keys(prompt.tags).length > 0 && `tags ${JSON.stringify(prompt.tags)}`,
    ].filter(Boolean);
    const description = prompt.description && `: ${prompt.description}`;
    return `- ${prompt.name} (${facts.join("; ")})${description}`;
  });
  const more = next === undefined ? [] : [`More prompts follow: cursor ${next}`];
  return [...lines, ...more].join("\n");
}
