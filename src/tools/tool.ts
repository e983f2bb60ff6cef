import type * as z from "zod";
import { RegistryError } from "../registry/errors.ts";
import type { Call, ElicitationRequest, Session } from "../session/session.ts";
import type { Passage } from "./passage.ts";

/**
 * What a tool answers, twice over: some clients show the model only the text, others only the
 * structured content, so each says everything by itself.
 */
export interface ToolAnswer<Structured> {
  readonly text: Passage;
  readonly structured: Structured;
}

/** One tool as it is written: schemas, words for the model, and what it does. */
export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** For a model that has never seen the server: what, when, limits, what comes next. */
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  /** Whether the tool changes the registry, and how badly. */
  readonly effect: "reads" | "adds" | "moves" | "deletes";
  readonly run: (
    session: Session,
    input: z.infer<Input>,
    call: Call,
  ) => Promise<ToolAnswer<z.infer<Output>> | ElicitationRequest>;
}

/** One tool as it is served, its types behind it. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly effect: ToolDefinition<z.ZodObject, z.ZodObject>["effect"];
  /** @throws RegistryError `invalid` for arguments that break the schema */
  readonly call: (
    session: Session,
    args: unknown,
    call: Call,
  ) => Promise<ToolAnswer<Readonly<Record<string, unknown>>> | ElicitationRequest>;
}

export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: ToolDefinition<Input, Output>,
): Tool {
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
  const parsed = schema.safeParse(args ?? {});
  if (parsed.success) return parsed.data;
  throw new RegistryError(
    "invalid",
    `Nothing was done: the arguments of ${tool} are invalid: ${problems(parsed.error)}.`,
  );
}

function problems({ issues }: z.ZodError): string {
  return issues
    .map(({ path, message }) =>
      path.length > 0 ? `${path.map(String).join(".")}: ${message}` : message,
    )
    .join("; ");
}
