import type * as z from "zod";
import type { AuditEvent } from "../log/audit.ts";
import type { Changes } from "../registry/changes/change-hub.ts";
import type { TemplateEngine } from "../registry/engine/template-engine.ts";
import type { RegistryError } from "../registry/errors.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import { oneLine } from "../registry/text/one-line.ts";

/** What an operator allows every caller. */
export interface Policy {
  /** Aliases (or "latest") that are tried in order to find the version of a prompt to serve. */
  readonly serve: readonly string[];
  /** Leaves every tool out that writes. */
  readonly readOnly: boolean;
  /** Names of the tools that are offered; empty means all. */
  readonly tools: readonly string[];
  /** Aliases that callers depend on: what would break these needs to be asked for expressly. */
  readonly protectedAliases: readonly string[];
  /** The aliases that may be set and deleted; empty means all. */
  readonly writableAliases: readonly string[];
  /** Refuses to register and promote what hides from readers or is executed by hosts. */
  readonly strictContent: boolean;
  /** How prompts are rendered; what is left out follows from the client's host. */
  readonly rendering: {
    /** What becomes of system messages, which MCP has none of. */
    readonly systemRole?: "fold" | "label" | "assistant";
    /** A prompt is one message, whatever its turns. */
    readonly singleMessage?: boolean;
  };
}

/** How much room something takes that grows and shrinks. */
export interface Room {
  /** @throws when there is no room for so much; then it stays as it was */
  resize(amount: number): void;
  release(): void;
}

/** What one caller gets: a registry view bound to its workspace and credential, and its policy. */
export interface Session extends Policy {
  readonly registry: PromptRegistry;
  /** Works on templates in the caller's name. */
  readonly templates: TemplateEngine;
  /** The workspace the view is bound to; absent means the registry's default. */
  readonly workspace?: string;
  /** Who the caller is, for the versions it registers; absent when nobody knows. */
  readonly who?: string;
  /** Changes in the workspace, to be told to the client; absent where nobody could be told. */
  readonly changes?: Changes;
  /** Room for the resources that the client watches; absent where nobody else wants any. */
  readonly watching?: () => Room;
  /** Records what this caller was refused before the registry was asked; absent where nobody records. */
  readonly audit?: (event: AuditEvent) => void;
  /** Told of each failed registry call, with the HTTP request it was made for. */
  readonly failed?: (error: RegistryError, request: Request | undefined) => void;
}

/** One call of a client, as what answers it sees it. */
export interface Call extends CallOptions {
  readonly person: Person;
}

/** Whoever sits before the client. */
export interface Person {
  /** Whether the client asks them what a server wants to know (MCP, Elicitation). */
  readonly reachable: boolean;
  /** What they said to a question of this call; undefined when they were not asked yet. */
  answer<Form extends z.ZodObject>(
    question: ElicitationRequest<Form>,
  ): z.infer<Form> | "declined" | undefined;
}

/** What a person is asked in the middle of a call, which is made again with the answer. */
export class ElicitationRequest<Form extends z.ZodObject = z.ZodObject> {
  /** On one line, whatever names and texts are quoted in it. */
  readonly message: string;

  constructor(
    /** Names the question: another state of things has another key, so an old answer answers nothing. */
    readonly key: string,
    message: string,
    readonly form: Form,
  ) {
    this.message = oneLine(message);
  }
}
