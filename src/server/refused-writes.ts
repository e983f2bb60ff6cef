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
    prompt: z.string().optional().catch(undefined),
    dataset: z.string().optional().catch(undefined),
    new_name: z.string().optional().catch(undefined),
    version: z.coerce.number().int().positive().optional().catch(undefined),
    alias: z.string().optional().catch(undefined),
    tags: record(z.unknown()).optional().catch(undefined),
    dry_run: z.literal(true).optional().catch(undefined),
  })
  .catch({});

const breaking = z.object({ allow_breaking: z.literal(true) });
const overriding = z.object({ override_gate: z.literal(true), reason: z.string().catch("") });

/** What a call asks to be permitted: to break callers of a protected alias, or to pass a gate. */
export function permittedBy(args: unknown): Pick<Caller, "allowBreaking" | "overrideGate"> {
  const override = overriding.safeParse(args).data;
  return {
    ...(breaking.safeParse(args).success ? { allowBreaking: true } : {}),
    ...(override ? { overrideGate: override.reason } : {}),
  };
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
  const { dry_run, tags, dataset, new_name, version, alias, ...given } = wanted.parse(args ?? {});
  if (effect === "reads" || dry_run) return undefined;
  return {
    operation: name,
    ...refusalOf(error),
    ...{ prompt: given.name ?? given.prompt, dataset, newName: new_name, version, alias },
    tags: tags && Object.keys(tags),
    ...permittedBy(args),
    ...callerFields(caller),
  };
}

function refusalOf(error: unknown): Pick<AuditEvent, "outcome" | "reason"> {
  if (!(error instanceof RegistryError)) return { outcome: "fault", reason: "a fault" };
  return { outcome: error.kind, reason: error.message };
}
