import type * as z from "zod";
import { ConfigError } from "../config/errors.ts";
import { RegistryError } from "../registry/errors.ts";
import { withPlainNumbers } from "../registry/json.ts";
import { permittedBy, refusedWrite } from "../server/refused-writes.ts";
import type { Call } from "../session/call.ts";
import { ElicitationRequest } from "../session/elicitation.ts";
import type { Session } from "../session/session.ts";
import { isOffered, writes } from "../tools/offered.ts";
import type { TypedTool } from "../tools/tool.ts";

/** The result of a tool on the command line. */
export interface CalledTool<View> {
  /** With numbers as they are stored. */
  readonly structured: Readonly<Record<string, unknown>>;
  readonly view: View;
  /** Whole lines, in which no text of the registry starts a line. */
  readonly text: string;
}

/**
 * Calls a tool as a client would: only one that is offered, under its checks and limits, and a write
 * that is refused is in the audit. A dry run writes nothing, and is no matter of read-only mode.
 * @throws RegistryError as the tool does, and `forbidden` for one that the settings leave out
 * @throws ConfigError where a model is missing
 */
export async function callTool<Output extends z.ZodObject>(
  session: Session,
  tool: TypedTool<z.ZodObject, Output>,
  args: Readonly<Record<string, unknown>>,
  call: Call,
): Promise<CalledTool<z.infer<Output>>> {
  let wrote = false;
  const caller = { ...call.caller, ...permittedBy(args) };
  const onWrite = () => {
    wrote = true;
  };
  try {
    refuseUnoffered(args.dry_run === true ? { ...session, readOnly: false } : session, tool);
    const result = await tool.call(session, args, { ...call, caller, onWrite });
    if (result instanceof ElicitationRequest) throw new Error(`${tool.name} asks a person.`);
    const { structured } = result;
    const view = tool.output.parse(withPlainNumbers(structured));
    return { structured, view, text: `${result.text}` };
  } catch (error) {
    const event = wrote ? undefined : refusedWrite(tool, args, caller, error);
    if (event && writes(tool.effect)) session.audit?.(event);
    throw error;
  }
}

/**
 * @throws ConfigError where the model is missing that the tool asks
 * @throws RegistryError `forbidden` for a tool that the settings leave out
 */
function refuseUnoffered(session: Session, tool: TypedTool<z.ZodObject, z.ZodObject>): void {
  if (isOffered(tool, session)) return;
  if (tool.model === "needed" && session.models === undefined) {
    throw new ConfigError(
      "Nothing was done: there is no model to ask. Set --models or --model-url.",
    );
  }
  throw new RegistryError("forbidden", `Nothing was done: ${reasonOf(session, tool)}`);
}

function reasonOf(
  { readOnly }: Session,
  { name, effect }: TypedTool<z.ZodObject, z.ZodObject>,
): string {
  if (readOnly && writes(effect)) {
    return "this configuration is read-only. Leave out --read-only or MLFLOW_PROMPTS_READ_ONLY.";
  }
  return `--tools or MLFLOW_PROMPTS_TOOLS leaves ${name} out, which this command calls.`;
}
