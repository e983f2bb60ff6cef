import { member } from "../../connection/results.ts";
import type { Answer } from "../../connection/tools.ts";
import { isJsonObject, parseExact, spellJson } from "../../text/exact-json.ts";
import { asShown } from "../../text/line-ends.ts";

/** A version as the registry has it. */
export type Version = Answer<"load_prompt">;
export type Message = NonNullable<Version["messages"]>[number];

/** What people say about a variable, as the tag `mcp.arguments` has it. */
export type Declaration = Readonly<Record<string, unknown>>;
export type Declarations = Readonly<Record<string, Declaration>>;

/** A text in a text area, and what is stored, whose line ends it gets back. */
export interface EditedText {
  readonly shown: string;
  readonly stored: string;
}

/** A message in the editor. Everything that it does not show stays as it is. */
export type EditedMessage =
  | ({ readonly form: "text"; readonly role: string; readonly message: Message } & EditedText)
  | { readonly form: "placeholder"; readonly name: string; readonly message: Message }
  /** Parts, tool calls and whatever else is no text: the message as JSON. */
  | { readonly form: "json"; readonly json: string; readonly message: Message };

/** A message with an identity, which it keeps when it moves. */
export type KeyedMessage = EditedMessage & { readonly key: number };

/** What a person is writing. It is plain JSON, so that the browser can keep it. */
export interface Draft {
  readonly kind: "text" | "chat";
  readonly text: EditedText;
  readonly messages: readonly KeyedMessage[];
  readonly declared: Declarations;
  /** JSON, "" for none. */
  readonly llmConfig: string;
  /** JSON, "" for none. */
  readonly responseFormat: string;
  /** Tags that belong to the text: those of people, and the template format. */
  readonly tags: Readonly<Record<string, string>>;
  readonly commitMessage: string;
}

const argumentsTag = "mcp.arguments";
export const formatTag = "mcp.template_format";

export function draftOf(version: Version): Draft {
  return {
    kind: version.messages === undefined ? "text" : "chat",
    text: editedText(version.template ?? ""),
    messages: (version.messages ?? []).map((message, key) => ({ ...editedMessage(message), key })),
    declared: readDeclarations(version.tags[argumentsTag]),
    llmConfig: jsonText(version.llm_config),
    responseFormat: jsonText(version.response_format),
    tags: Object.fromEntries(
      Object.entries(version.tags).filter(([key]) => key === formatTag || !key.startsWith("mcp.")),
    ),
    commitMessage: "",
  };
}

/** The draft of a new prompt: of one text, and of two messages for when the person wants a chat. */
export function emptyDraft(): Draft {
  return {
    kind: "text",
    text: editedText(""),
    messages: [
      { ...editedMessage({ role: "system", content: "" }), key: 0 },
      { ...editedMessage({ role: "user", content: "" }), key: 1 },
    ],
    declared: {},
    llmConfig: "",
    responseFormat: "",
    tags: {},
    commitMessage: "",
  };
}

export function editedText(stored: string): EditedText {
  return { shown: asShown(stored), stored };
}

export function editedMessage(message: Message): EditedMessage {
  const { role, content } = message;
  if (message.type === "placeholder" && content === undefined && role === undefined) {
    return { form: "placeholder", name: String(message.name ?? ""), message };
  }
  if (role !== undefined && typeof content === "string") {
    return { form: "text", role, message, ...editedText(content) };
  }
  return { form: "json", json: spellJson(message, 2), message };
}

/** Declarations that can be read. What else is in the tag is not shown, and stays when nothing is changed. */
function readDeclarations(tag: string | undefined): Declarations {
  const read = parseJson(tag ?? "");
  if (!("value" in read)) return {};
  return Object.fromEntries(
    Object.entries(read.value ?? {}).filter(([, one]) => isJsonObject(one)),
  );
}

function jsonText(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : spellJson(value, 2);
}

/** JSON that a person wrote, its numbers as spelled; a problem in the browser's words when it is none. */
export function parseJson(
  text: string,
): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: parseExact(text) };
  } catch (error) {
    return { problem: String(member(error, "message") ?? error) };
  }
}
