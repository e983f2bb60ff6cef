import * as z from "zod";
import type { JsonValue } from "./json.ts";

/** User tags by key. Keys that MLflow reserves never appear here. */
export type Tags = Readonly<Record<string, string>>;

/**
 * One part of a chat message's content, as MLflow's Python client accepts it (3.17: `text`,
 * `image_url`, `input_audio`). Other kinds and further keys are kept as they are.
 */
export const contentPart = z.looseObject({ type: z.string() });
export type ContentPart = z.infer<typeof contentPart>;

/** One message of a chat prompt. Keys beyond role and content are kept as they are. */
export const chatMessage = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(contentPart)]).nullish(),
});
export type ChatMessage = z.infer<typeof chatMessage>;

const writablePart = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string() }),
  z.strictObject({
    type: z.literal("image_url"),
    image_url: z.strictObject({
      url: z.string().min(1),
      detail: z.enum(["auto", "low", "high"]).optional(),
    }),
  }),
  z.strictObject({
    type: z.literal("input_audio"),
    input_audio: z.strictObject({ data: z.string().min(1), format: z.enum(["wav", "mp3"]) }),
  }),
]);

/**
 * A message that can be written: what MLflow's client accepts when it reads it back (its
 * `ChatMessage`, the content parts of 3.8 to 3.17). A part of another kind would make the whole
 * prompt unreadable there.
 */
export const writableMessage = z.looseObject({
  role: z.string().min(1),
  content: z
    .union(
      [z.string(), z.array(writablePart).min(1)],
      "content must be a text, or a list of parts of type text, image_url or input_audio",
    )
    .nullish(),
});

/**
 * A version's template. `unreadable` is what a chat version holds whose stored text is not a list
 * of messages, and a version in a list of which nothing but the number could be understood: it is
 * listed, so that a person can find and mend it, and cannot be rendered.
 */
export type Template =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "chat"; readonly messages: readonly ChatMessage[] }
  | { readonly kind: "unreadable"; readonly text: string; readonly problem: string };

/** A template that can be written: the two kinds MLflow knows. */
export type WritableTemplate = Exclude<Template, { kind: "unreadable" }>;

/** One immutable version of a prompt. Times are milliseconds since 1970. */
export interface PromptVersion {
  readonly name: string;
  /** 1, 2, 3, ...; numbers of deleted versions are not used again. */
  readonly version: number;
  readonly template: Template;
  /** "" when there is none. */
  readonly commitMessage: string;
  readonly tags: Tags;
  /** The aliases that point at this version now, sorted. */
  readonly aliases: readonly string[];
  /** Model name and parameters to use with the prompt; absent when none were registered. */
  readonly modelConfig?: JsonValue;
  /** JSON schema of the answer the prompt asks for; absent when none was registered. */
  readonly responseFormat?: JsonValue;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Who registered it, where the registry knows. */
  readonly userId?: string;
}

/** A prompt: a name, what belongs to all its versions, and the newest of them. */
export interface Prompt {
  readonly name: string;
  /** "" when there is none. MLflow sets it to the first version's commit message. */
  readonly description: string;
  readonly tags: Tags;
  /** Version number by alias. Never holds `latest`, which every prompt has. */
  readonly aliases: Readonly<Record<string, number>>;
  /** The live version with the highest number; absent when there is none. */
  readonly latest?: PromptVersion;
  /**
   * Why nothing but the name could be understood: what is stored, or what the registry said of it.
   * Only prompts in a list have it, so that it does not take the others with it; got alone, such a
   * prompt is an error.
   */
  readonly problem?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What is written when a version is registered. */
export interface VersionDraft {
  readonly template: WritableTemplate;
  readonly commitMessage?: string;
  readonly tags?: Tags;
  readonly modelConfig?: JsonValue;
  readonly responseFormat?: JsonValue;
}

/**
 * Which version of a prompt is meant. `firstOf` is the first of these aliases that the prompt has,
 * where "latest" is its newest version.
 */
export type VersionSelector =
  | { readonly version: number }
  | { readonly alias: string }
  | { readonly firstOf: readonly string[] }
  | "latest";

/** A page of results. `nextCursor` is absent on the last page; it is opaque to callers. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

/** What a registry says about itself. `location` never carries a credential. */
export interface RegistryDescription {
  readonly backend: "embedded" | "mlflow";
  /**
   * The tracking URI without credentials, or the path of the database file; absent where callers
   * are not to know what is where in the network.
   */
  readonly location?: string;
  /** The MLflow release that answers, or the release whose schema the file has; absent when unknown. */
  readonly release?: string;
  /** The workspace this view of the registry is bound to; absent where the back end has none. */
  readonly workspace?: string;
  readonly capabilities: {
    /** The back end knows workspaces. */
    readonly workspaces: boolean;
    /** A check and the write that follows it are one: nobody writes in between. */
    readonly atomicWrites: boolean;
  };
}
