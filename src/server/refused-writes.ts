import * as z from "zod";
import { type AuditEvent, callerFields } from "../log/audit.ts";
import { RegistryError } from "../registry/errors.ts";
import { record } from "../registry/json.ts";
import type { Caller } from "../registry/prompt-registry.ts";
import type { Tool } from "../tools/tool.ts";

/** The arguments of a writing tool that the audit records, as far as they are valid. */
const wanted = z
  .object({
    name: z.string().optional().catch(undefined),
    new_name: z.string().optional().catch(undefined),
    version: z.coerce.number().int().positive().optional().catch(undefined),
    alias: z.string().optional().catch(undefined),
    tags: record(z.unknown()).optional().catch(undefined),
    dry_run: z.literal(true).optional().catch(undefined),
  })
  .catch({});

const breaking = z.object({ allow_breaking: z.literal(true) });

/** Whether a call asks for a change that may break callers of a protected alias. */
export function allowsBreaking(args: unknown): boolean {
  return breaking.safeParse(args).success;
}

/**
 * The audit event of a writing tool that was refused before the registry was called: by protection,
 * the list of writable aliases, read-only mode, its input, or the person. Undefined for a call that
 * writes nothing in any case.
 */
export function refusedWrite(
  { name, effect }: Pick<Tool, "name" | "effect">,
  args: unknown,
  caller: Caller,
  error: unknown,
): AuditEvent | undefined {
  const { dry_run, tags, name: prompt, new_name, version, alias } = wanted.parse(args ?? {});
  if (effect === "reads" || dry_run) return undefined;
  return {
    operation: name,
    ...refusalOf(error),
    ...{ prompt, newName: new_name, version, alias },
    tags: tags && Object.keys(tags),
    allowBreaking: allowsBreaking(args) || undefined,
    ...callerFields(caller),
  };
}

function refusalOf(error: unknown): Pick<AuditEvent, "outcome" | "reason"> {
  if (!(error instanceof RegistryError)) return { outcome: "fault", reason: "a fault" };
  return { outcome: error.kind, reason: error.message };
}
