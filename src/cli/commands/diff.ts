import { findReference } from "../../registry/versions/find-reference.ts";
import { comparePromptVersions } from "../../tools/reading/compare-prompt-versions.ts";
import { callTool } from "../call-tool.ts";
import type { Action } from "../command.ts";
import type { Output } from "../output/output.ts";
import { withLocalSession } from "../with-local-session.ts";

/**
 * Shows what changed between two versions as compare_prompt_versions does. The unified diff is data;
 * what it means for callers is on standard error.
 */
export const run: Action = async (context, [older = "", newer = ""]) => {
  const { output } = context;
  await withLocalSession(context, "diff", async (session, call) => {
    const { name, selector } = await findReference(session.registry, older, call);
    const args = {
      name: older,
      ...(selector === undefined ? { from_version: "latest" } : {}),
      to_version: newer === name ? "latest" : newer,
    };
    const { structured, view } = await callTool(session, comparePromptVersions, args, call);
    output.print(structured, () => printDiff(output, view.diff));
    output.note(
      `${name} version ${view.from_version} to ${view.to_version}: ${view.contract_change.summary}`,
    );
    for (const change of view.other_changes) output.note(change);
  });
};

const colours = { "+": "green", "-": "red", "@": "cyan" } as const;

function printDiff(output: Output, diff: string): void {
  if (diff === "") return;
  const lines = output.safe(diff.endsWith("\n") ? diff : `${diff}\n`).split("\n");
  output.write(lines.map((line) => paintLine(output, line)).join("\n"));
}

function paintLine({ paint }: Output, line: string): string {
  const [first] = line;
  return first === "+" || first === "-" || first === "@" ? paint(colours[first], line) : line;
}
