import { signal } from "@preact/signals";
import type { CallOptions, Connection } from "../connection/connection.ts";
import type { Answer, Arguments, ToolName } from "../connection/tools.ts";

/** The connection, when there is one. */
export const connection = signal<Connection | undefined>(undefined);

/** Calls a tool. @throws CallFailure */
export function callTool<Name extends ToolName>(
  tool: Name,
  args: Arguments<Name>,
  options?: CallOptions,
): Promise<Answer<Name>> {
  const connected = connection.value;
  if (!connected) throw new Error("The view called a tool before it was connected.");
  return connected.call(tool, args, options);
}
