import type { Call } from "../session/call.ts";
import type { Session } from "../session/session.ts";
import { setPromptAlias } from "../tools/writing/set-prompt-alias.ts";
import { callTool } from "./call-tool.ts";
import type { CommandContext } from "./command.ts";
import { inCommandWords } from "./command-words.ts";
import { exitCodes } from "./exit-codes.ts";
import type { OptionValues } from "./option-values.ts";

/** What is moved where: the arguments of set_prompt_alias that are not flags. */
export interface AliasTarget {
  readonly name: string;
  readonly alias: string;
  readonly version: number | string;
}

/**
 * Moves an alias as set_prompt_alias does, and prints the result. A dry run ends with the exit code
 * that the move would have.
 */
export async function moveAlias(
  { output, exitWith }: Pick<CommandContext, "output" | "exitWith">,
  session: Session,
  target: AliasTarget,
  options: OptionValues,
  call: Call,
): Promise<void> {
  const args = {
    ...target,
    expected_version: options.whole("expected-version", 0),
    reason: options.text("reason"),
    allow_breaking: options.has("allow-breaking"),
    override_gate: options.has("override-gate"),
    dry_run: options.has("dry-run"),
  };
  const { structured, view, text } = await callTool(session, setPromptAlias, args, call);
  output.print(structured, () => output.text(`${inCommandWords(text)}\n`));
  const { lacks = [], breaks = [] } = view.planned ?? {};
  if (lacks.length > 0 && !args.override_gate) return exitWith(exitCodes.notPassed);
  if (breaks.length > 0 && !args.allow_breaking) exitWith(exitCodes.conflict);
}
