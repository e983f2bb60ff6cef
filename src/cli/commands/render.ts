import { stringifyJson } from "../../registry/json.ts";
import { renderPrompt } from "../../tools/reading/render-prompt.ts";
import { callTool } from "../call-tool.ts";
import type { Action } from "../command.ts";
import { readVariables } from "../input.ts";
import { noteUnknownValues } from "../unknown-values.ts";
import { withLocalSession } from "../with-local-session.ts";

/** Fills in a prompt as render_prompt does. On a pipe a text is exactly the finished one. */
export const run: Action = async (context, [name = "", ...words], options) => {
  const { output, stdin } = context;
  const variables = await readVariables(words, options.text("arguments"), stdin);
  await withLocalSession(context, "render", async (session, call) => {
    const args = { name, variables };
    await noteUnknownValues(session, args, output, call);
    const { structured, view } = await callTool(session, renderPrompt, args, call);
    output.print(structured, () => {
      output.text(view.text ?? `${stringifyJson(structured.messages, 2)}\n`);
    });
    for (const note of view.notes ?? []) output.note(note);
  });
};
