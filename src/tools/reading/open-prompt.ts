import * as z from "zod";
import { quote, RegistryError } from "../../registry/errors.ts";
import { shortText } from "../input/fields.ts";
import { defineTool, type ToolResult } from "../tool.ts";
import { comparePromptVersions } from "./compare-prompt-versions.ts";
import { listPrompts } from "./list-prompts.ts";
import { loadPrompt } from "./load-prompt.ts";

const input = z.strictObject({
  prompt: shortText
    .optional()
    .describe(
      'What to show: a name; "name/3" or "name@production" for a version; "name/3...production" for the difference of two. Default: the list of prompts.',
    ),
});

export const openPrompt = defineTool({
  name: "open_prompt",
  title: "Open prompts for the person",
  description:
    "Shows the person the prompts of the registry in a view of their own, where they read, fill in, edit, compare, evaluate and promote them. Use it when the person wants to see or change a prompt themselves. You get what is shown as text. To read a prompt yourself, use load_prompt.",
  effect: "reads",
  view: "opens",
  input,
  output: z.object({
    path: z.string().describe("What the view shows: its address below /ui."),
  }),
  async run(session, { prompt = "" }, call): Promise<ToolResult<{ path: string }>> {
    if (prompt === "") {
      const { text } = await shown(listPrompts.call(session, {}, call));
      return { structured: { path: "/" }, text };
    }
    const pair = pairIn(prompt);
    if (pair) {
      const { name, from, to } = pair;
      const versions = { name, from_version: plain(from), to_version: plain(to) };
      const { text, structured } = await shown(comparePromptVersions.call(session, versions, call));
      const { from_version, to_version } = comparePromptVersions.output.parse(structured);
      return { structured: { path: pathOf(name, `${from_version}...${to_version}`) }, text };
    }
    const { text, structured } = await shown(loadPrompt.call(session, { name: prompt }, call));
    const { name: found, version } = loadPrompt.output.parse(structured);
    return { structured: { path: pathOf(found, `${version}`) }, text };
  },
});

/** The two versions of `name/from...to`. */
function pairIn(prompt: string) {
  const slash = prompt.indexOf("/");
  const [from, to, ...more] = prompt.slice(slash + 1).split("...");
  if (slash < 1 || !from || !to || more.length > 0) return undefined;
  return { name: prompt.slice(0, slash), from, to };
}

type Answer = Awaited<ReturnType<typeof loadPrompt.call>>;

/** The result of a tool that reads: it asks the person nothing. */
async function shown(answering: Promise<Answer>) {
  const answer = await answering;
  if ("structured" in answer) return answer;
  throw new RegistryError("invalid", `Nothing is shown: ${quote("open_prompt")} asks nobody.`);
}

function plain(version: string): string | number {
  return /^\d{1,9}$/.test(version) ? Number(version) : version.replace(/^@/, "");
}

function pathOf(...parts: readonly string[]): string {
  return `/p/${parts.map(encodeURIComponent).join("/")}`;
}
