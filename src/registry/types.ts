import * as z from "zod";
import type { JsonValue } from "./json.ts";
import { placeholderName } from "./placeholder-name.ts";

/** User tags by key, without reserved keys. */
export type Tags = Readonly<Record<string, string>>;

/**
 * One part of a chat message's content: `text`, `image_url`, `input_audio`, or whatever an application
 * or a provider has. All keys are preserved.
 */
export const contentPart = z.looseObject({ type: z.string().optional() });
export type ContentPart = z.infer<typeof contentPart>;

/** One message of a chat prompt. Additional keys (`tool_calls`, `tool_call_id`, `name`) are preserved. */
export const chatMessage = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(contentPart)]).nullish(),
});
export type ChatMessage = z.infer<typeof chatMessage>;

/**
 * One entry of a chat template: a message, or a placeholder for messages that callers give, as
 * `placeholderName` knows it. Only a placeholder has no role.
 */
export const templateMessage = withRole(chatMessage.extend({ role: z.string().optional() }));
export type TemplateMessage = z.infer<typeof templateMessage>;

const writablePart = contentPart.refine(
  ({ type, text }) => type !== "text" || typeof text === "string",
  "a part of type text must have a text",
);

/** An entry that can be written. MLflow's client cannot read all of them: see `mlflowUnreadable`. */
export const writableMessage = withRole(
  z.looseObject(
    {
      role: z.string().min(1).optional(),
      content: z
        .union(
          [z.string(), z.array(writablePart).min(1)],
          'content must be a text, or a list of parts such as {"type": "text", "text": "..."}',
        )
        .nullish(),
    },
    'a message must be an object such as {"role": "user", "content": "..."}',
  ),
);

function withRole<Entry extends z.ZodType<{ readonly role?: string | undefined }>>(entry: Entry) {
  return entry.refine(
    (message) => message.role !== undefined || placeholderName(message) !== undefined,
    {
      path: ["role"],
      error:
        'it has no role such as "user", and is no placeholder such as {"type": "placeholder", "name": "history"}',
    },
  );
}

/**
 * A version's template. It is `unreadable` when the stored text of a chat version is not a list of
 * messages, and when only the number of a listed version could be parsed. Such a version is listed,
 * so that a person can find and repair it. It cannot be rendered.
 */
export type Template =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "chat"; readonly messages: readonly TemplateMessage[] }
  | { readonly kind: "unreadable"; readonly text: string; readonly problem: string };

/** A template that can be written: one of the two kinds that MLflow has. */
export type WritableTemplate = Exclude<Template, { kind: "unreadable" }>;

/**
 * JSON that is stored in another spelling than this program writes (`versions/stored-version.ts`):
 * MLflow's Python client escapes characters outside ASCII, and other programs space or order JSON
 * otherwise. It is kept so that what is stored again is stored byte for byte.
 */
export interface StoredSpelling {
  readonly messages?: string;
  readonly modelConfig?: string;
  readonly responseFormat?: string;
}

/** One immutable version of a prompt. Times are milliseconds since 1970. */
export interface PromptVersion {
  readonly name: string;
  /** 1, 2, 3, ...; numbers of deleted versions are never reused. */
  readonly version: number;
  readonly template: Template;
  /** "" when there is none. */
  readonly commitMessage: string;
  readonly tags: Tags;
  /** The aliases that point at this version now, sorted. */
  readonly aliases: readonly string[];
  /** Model name and parameters for the prompt; absent when none were registered. */
  readonly modelConfig?: JsonValue;
  /** JSON schema of the model's response; absent when none was registered. */
  readonly responseFormat?: JsonValue;
  /** Absent when everything is spelled as this program writes it. */
  readonly stored?: StoredSpelling;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The user who registered the version; absent when the registry does not know. */
  readonly userId?: string;
}

/** A prompt: its name, the properties of all its versions, and its newest version. */
export interface Prompt {
  readonly name: string;
  /** "" when there is none. MLflow sets it to the first version's commit message. */
  readonly description: string;
  readonly tags: Tags;
  /** Version number by alias. Never contains `latest`, which every prompt has. */
  readonly aliases: Readonly<Record<string, number>>;
  /** The live version with the highest number; absent when there is none. */
  readonly latest?: PromptVersion;
  /** The history of its aliases as it is stored, for `readAliasHistory`; absent when there is none. */
  readonly aliasHistory?: string;
  /**
   * Why only the name could be parsed: what is stored, or the error that the registry returned. Only
   * prompts in a list have it, so that one broken prompt does not fail the whole list. Reading such a
   * prompt by itself is an error.
   */
  readonly problem?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The content of a version to register. */
export interface VersionDraft {
  readonly template: WritableTemplate;
  readonly commitMessage?: string;
  readonly tags?: Tags;
  readonly modelConfig?: JsonValue;
  readonly responseFormat?: JsonValue;
  /** Of the version that the draft was made from. It counts for what has the same value still. */
  readonly stored?: StoredSpelling;
}

/**
 * Selects a version of a prompt. `firstOf` selects the version of the first alias in the list that the
 * prompt has. The alias "latest" selects the newest version.
 */
export type VersionSelector =
  | { readonly version: number }
  | { readonly alias: string }
  | { readonly firstOf: readonly string[] }
  | "latest";

/** A page of results. `nextCursor` is opaque, and absent on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

/** What a registry reports about itself. `location` never contains a credential. */
export interface RegistryDescription {
  readonly backend: "embedded" | "mlflow";
  /**
   * Where callers open MLflow's pages, by default the tracking URI without credentials, or the path of
   * the database file. Absent where callers must not learn addresses in the network.
   */
  readonly location?: string;
  /** The release of the MLflow server, or of the schema of the file; absent when unknown. */
  readonly release?: string;
  /** The workspace that this registry is bound to; absent where the back end has no workspaces. */
  readonly workspace?: string;
  /** The workspaces that the caller's credential sees, sorted; absent where that is not known. */
  readonly workspaces?: readonly string[];
  readonly capabilities: {
    /** The back end has workspaces. */
    readonly workspaces: boolean;
    /** A condition is checked atomically with the write: no other write happens in between. */
    readonly atomicWrites: boolean;
  };
}
