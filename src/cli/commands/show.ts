import { stringifyJson } from "../../registry/json.ts";
import { loadPrompt } from "../../tools/reading/load-prompt.ts";
import { callTool } from "../call-tool.ts";
import type { Action } from "../command.ts";
import { withLocalSession } from "../with-local-session.ts";

/** Shows a version as load_prompt does; with --raw only what is stored as its text or messages. */
export const run: Action = async (context, [reference = ""], options) => {
  const { output } = context;
  await withLocalSession(context, "show", async (session, call) => {
    const { structured, view, text } = await callTool(
      session,
      loadPrompt,
      { name: reference },
      call,
    );
    output.print(structured, () => {
      if (!options.has("raw")) output.text(`${text}\n`);
      else output.text(view.template ?? `${stringifyJson(structured.messages, 2)}\n`);
    });
  });
};
