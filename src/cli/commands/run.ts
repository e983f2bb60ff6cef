import { stringifyJson } from "../../registry/json.ts";
import { dollars } from "../../registry/text/dollars.ts";
import type { RunView } from "../../tools/output/run-view.ts";
import { runPrompt } from "../../tools/running/run-prompt.ts";
import { callTool } from "../call-tool.ts";
import type { Action } from "../command.ts";
import { readVariables } from "../input.ts";
import { noteUnknownValues } from "../unknown-values.ts";
import { withLocalSession } from "../with-local-session.ts";

/** Asks a model as run_prompt does. The answer is data; what it took is on standard error. */
export const run: Action = async (context, [name = "", ...words], options) => {
  const { output, stdin } = context;
  const variables = await readVariables(words, options.text("arguments"), stdin);
  await withLocalSession(context, "run", async (session, call) => {
    const args = {
      ...{ name, variables },
      model: options.text("model"),
      route: options.text("route"),
    };
    await noteUnknownValues(session, args, output, call);
    const { structured, view } = await callTool(session, runPrompt, args, call);
    output.print(structured, () => {
      const answer = view.text === "" ? stringifyJson(structured.tool_calls ?? [], 2) : view.text;
      output.text(`${answer}\n`);
    });
    output.note(describeRun(view));
    for (const note of view.notes ?? []) output.note(note);
  });
};

function describeRun({ name, version, model, usage, cost_usd, latency_ms }: RunView): string {
  const parts = [
    `${name} version ${version} on ${model}`,
    usage && `${usage.input_tokens} + ${usage.output_tokens} tokens`,
    cost_usd === undefined ? undefined : dollars(cost_usd),
    `${latency_ms} ms`,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}
