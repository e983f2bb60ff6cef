import type * as z from "zod";
import { RegistryError } from "../registry/errors.ts";
import type { Call } from "../session/call.ts";
import type { ElicitationRequest } from "../session/elicitation.ts";
import type { Effect } from "../session/policy.ts";
import type { Session } from "../session/session.ts";
import { describeIssue, describeIssues } from "./input/argument-problems.ts";
import { lenientArguments } from "./input/lenient-arguments.ts";
import type { ToolText } from "./output/tool-text.ts";

/**
 * The result of a tool call. Some clients show the model only the text, others only the structured
 * content, so each contains all the information.
 */
export interface ToolResult<Structured> {
  readonly text: ToolText;
  readonly structured: Structured;
}

/**
 * What a tool has to do with the view for people (MCP Apps 2026-01-26). `opens`: hosts show its result in
 * the view. `used`: the view calls it, and models have no use for it. Both are offered only where there is
 * a view, and listed only to clients that show it.
 */
export type ViewUse = "opens" | "used";

/**
 * What a tool has to do with models. `needed`: it is offered only where there is one. `related`: it needs
 * none, and is listed only where there is one, which keeps the list of tools short. `optional`: it asks one
 * when the caller wants that.
 */
export type ModelUse = "needed" | "related" | "optional";

export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** For a model that does not know the server: purpose, when to use it, limits, next steps. */
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  /** What the tool does to the registry. Its MCP annotations follow from this. */
  readonly effect: Effect;
  readonly model?: ModelUse;
  readonly view?: ViewUse;
  readonly run: (
    session: Session,
    input: z.infer<Input>,
    call: Call,
  ) => Promise<ToolResult<z.infer<Output>> | ElicitationRequest>;
}

/** A tool definition without its type parameters. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly effect: Effect;
  readonly model?: ModelUse;
  readonly view?: ViewUse;
  /** @throws RegistryError `invalid` when the arguments do not match the schema */
  readonly call: (
    session: Session,
    args: unknown,
    call: Call,
  ) => Promise<ToolResult<Readonly<Record<string, unknown>>> | ElicitationRequest>;
}

/** A tool whose schemas keep their types, for those who call it by name: the view. */
export interface TypedTool<Input extends z.ZodObject, Output extends z.ZodObject> extends Tool {
  readonly input: Input;
  readonly output: Output;
}

export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: ToolDefinition<Input, Output>,
): TypedTool<Input, Output> {
  const { name, input, run, ...rest } = definition;
  return {
    ...rest,
    name,
    input,
    call: (session, args, call) => run(session, parse(name, input, args), call),
  };
}

function parse<Input extends z.ZodObject>(
  tool: string,
  schema: Input,
  args: unknown,
): z.infer<Input> {
  const parsed = schema.safeParse(lenientArguments(schema, args ?? {}), { error: describeIssue });
  if (parsed.success) return parsed.data;
  throw new RegistryError(
    "invalid",
    `Nothing was done: the arguments of ${tool} are invalid: ${describeIssues(parsed.error)}.`,
  );
}
