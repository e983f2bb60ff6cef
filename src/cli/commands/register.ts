import { checkNewAlias } from "../../registry/limits.ts";
import { isPossibleName } from "../../registry/text/prompt-name.ts";
import { registerPrompt } from "../../tools/writing/register-prompt.ts";
import { asUsage, usageErrorOf } from "../as-usage.ts";
import { callTool } from "../call-tool.ts";
import type { Action } from "../command.ts";
import { inCommandWords } from "../command-words.ts";
import { exitCodes } from "../exit-codes.ts";
import { readInput, readJsonInput, readPairs } from "../input.ts";
import type { OptionValues } from "../option-values.ts";
import { withLocalSession } from "../with-local-session.ts";

/** Registers the text or the messages of a file as register_prompt does. */
export const run: Action = async (context, [name = "", path = ""], options) => {
  const { output, stdin, exitWith } = context;
  const alias = options.text("alias");
  if (alias !== undefined) asUsage(() => checkNewAlias(alias));
  const content = contentOf(await readInput(path, stdin), path, options);
  const args = { name, ...content, ...detailsOf(options) };
  await withLocalSession(context, "register", async (session, call) => {
    const calling = callTool(session, registerPrompt, args, call);
    const { structured, view, text } = await calling.catch((error: unknown) => {
      throw isPossibleName(name) ? error : usageErrorOf(error);
    });
    output.print(structured, () => output.text(`${inCommandWords(text)}\n`));
    if (view.refused_by === "gate") exitWith(exitCodes.notPassed);
    if (view.refused_by === "protected") exitWith(exitCodes.conflict);
  });
};

/** A file of messages says so by its name; standard input has none. */
function contentOf(text: string, path: string, options: OptionValues) {
  if (!path.endsWith(".json") && !options.has("chat")) return { template: text };
  return { messages: readJsonInput(text, path) };
}

function detailsOf(options: OptionValues) {
  const tags = readPairs(options.texts("tag"), "a tag");
  return {
    commit_message: options.text("message"),
    base_version: options.whole("base-version", 0),
    tags: tags.length === 0 ? undefined : Object.fromEntries(tags),
    alias: options.text("alias"),
    reason: options.text("reason"),
    allow_breaking: options.has("allow-breaking"),
    override_gate: options.has("override-gate"),
    force: options.has("force"),
    dry_run: options.has("dry-run"),
  };
}
