import { appendFileSync, closeSync, openSync } from "node:fs";
import { ConfigError } from "../config/errors.ts";
import type { Write } from "../registry/changes/write.ts";
import type { Caller } from "../registry/prompt-registry.ts";
import type { Log } from "./log.ts";

/** Who made the write or the request that is recorded. */
export interface Actor {
  /** Absent means the registry's default workspace. */
  readonly workspace?: string | undefined;
  /** A token's subject, a keyed hash of a credential, or the local user over stdio. */
  readonly who?: string | undefined;
  /** The user name that MLflow confirmed. */
  readonly user?: string | undefined;
  /** The client address, where nothing else identifies the client. */
  readonly address?: string | undefined;
}

/** A write or a refusal. It holds no content of prompts, no tag values and no credential. */
export interface AuditEvent {
  /** A registry operation (`set_alias`), a tool that was refused before it wrote, or an HTTP request. */
  readonly operation: string;
  /** `ok`, `unchanged`, `refused`, or the kind of the error. */
  readonly outcome: string;
  /** The reason for a refusal, a sentence or a word. */
  readonly reason?: string | undefined;
  readonly prompt?: string | undefined;
  /** Name or ID of the dataset that rows are added to. */
  readonly dataset?: string | undefined;
  /** The new name of a prompt that is renamed or copied. */
  readonly newName?: string | undefined;
  readonly version?: number | undefined;
  readonly alias?: string | undefined;
  /** The version that the alias pointed at before; null when there was no alias. */
  readonly previousVersion?: number | null | undefined;
  /** The caller asked for a change that may break callers of a protected alias. */
  readonly allowBreaking?: boolean | undefined;
  /** Why the caller asked to pass a gate without its evidence; absent when it did not. */
  readonly overrideGate?: string | undefined;
  /** What became of the review of a version: `request`, `approve`, `decline` or `withdraw`. */
  readonly review?: string | undefined;
  /** Keys of the tags that were set or deleted. */
  readonly tags?: readonly string[] | undefined;
  /** "name/version", as the client reports it. */
  readonly client?: string | undefined;
  readonly request?: string | undefined;
  /** The HTTP status of a refusal. */
  readonly status?: number | undefined;
  /** The number of refusals that this line summarizes, when more than one. */
  readonly times?: number | undefined;
}

export interface Audit {
  /** Never throws. A record that cannot be written is reported in the log. */
  record(actor: Actor, event: AuditEvent): void;
  close(): void;
}

/** The longest line, in bytes, its line break included. */
export const maxLineBytes = 4_096;

/**
 * Writes one JSON line of at most 4 KB for each event: to the file, or to the log without a path. A
 * new file is readable by its owner only. The line is handed to the operating system before the
 * response to the write that it records.
 * @throws ConfigError when the file cannot be opened
 */
export function openAudit(path: string | undefined, log: Log): Audit {
  if (path === undefined) {
    return {
      record: (actor, event) => log.info("audit", shortenLine(toLine(actor, event))),
      close: () => {},
    };
  }
  const file = openFile(path);
  return {
    record(actor, event) {
      const line = { time: new Date().toISOString(), ...shortenLine(toLine(actor, event)) };
      try {
        appendFileSync(file, `${JSON.stringify(line)}\n`);
      } catch (error) {
        log.error("audit", {
          error: `The audit log ${path} cannot be written: ${reasonOf(error)}`,
        });
      }
    },
    close: () => closeSync(file),
  };
}

/** The record of a write. */
export function writeEvent(write: Write): AuditEvent {
  const { operation, outcome, prompt, newName, version, alias, previousVersion, tags, caller } =
    write;
  return {
    ...{ operation, outcome, prompt, newName, version, alias, previousVersion, tags },
    allowBreaking: caller?.allowBreaking,
    overrideGate: caller?.overrideGate,
    ...callerFields(caller),
  };
}

/** The part of a record that says where a call comes from. */
export function callerFields({
  client,
  requestId,
}: Caller = {}): Pick<AuditEvent, "client" | "request"> {
  return { client: client && `${client.name}/${client.version}`, request: requestId };
}

function toLine({ workspace, ...actor }: Actor, event: AuditEvent): object {
  return { workspace: workspace ?? "default", ...actor, ...event };
}

/**
 * Shortens long texts until the line fits into `maxLineBytes`: a byte of text takes up to six bytes
 * in JSON.
 */
function shortenLine(line: object): Readonly<Record<string, unknown>> {
  for (const length of [500, 100]) {
    const cut = cutTexts(line, length);
    if (Buffer.byteLength(JSON.stringify(cut)) <= maxLineBytes - spareBytes) return cut;
  }
  return cutTexts(line, 20);
}

/** Reserved for the time, the level and the message of a line. */
const spareBytes = 200;

const maxTags = 20;

function cutTexts(line: object, length: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(line).map(([key, value]: [string, unknown]) => [key, cutValue(value, length)]),
  );
}

function cutValue(value: unknown, length: number): unknown {
  if (typeof value === "string") return cutText(value, length);
  if (!Array.isArray(value)) return value;
  const shown = value.slice(0, maxTags).map((item) => cutText(String(item), length));
  return value.length > maxTags ? [...shown, `${value.length - maxTags} more`] : shown;
}

function cutText(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function openFile(path: string): number {
  try {
    return openSync(path, "a", 0o600);
  } catch (error) {
    throw new ConfigError(
      `The audit log ${path} cannot be opened: ${reasonOf(error)}. Name a file that this user may write with --audit-log. Without the flag the audit goes to standard error.`,
    );
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
