import { member } from "../../connection/results.ts";
import type { Arguments } from "../../connection/tools.ts";
import { isJsonObject, parseExact, spellJson } from "../../text/exact-json.ts";
import { withLineEnds } from "../../text/line-ends.ts";
import { splitTemplate } from "../../text/variables.ts";
import {
  type Declarations,
  type Draft,
  draftOf,
  type EditedMessage,
  type EditedText,
  type Message,
  parseJson,
  type Version,
} from "./draft.ts";

export type Registration = Arguments<"register_prompt">;

/** What is wrong with a field, by the field: `llmConfig`, `responseFormat`, or a message's key. */
export type FieldProblems = ReadonlyMap<string | number, string>;

/**
 * What to register. What is as in the base version is left out, so that the server keeps it byte for byte;
 * what only the base version has is dropped.
 * @param base the newest version, which the registration follows; undefined for a new prompt
 */
export function registrationOf(
  name: string,
  draft: Draft,
  base: Version | undefined,
): { readonly registration: Registration } | { readonly problems: FieldProblems } {
  const problems = problemsOf(draft);
  if (problems.size > 0) return { problems };
  const before = base && draftOf(base);
  const config = changedJson(draft.llmConfig, before?.llmConfig);
  const format = changedJson(draft.responseFormat, before?.responseFormat);
  const message = draft.commitMessage.trim();
  return {
    registration: {
      name,
      ...(draft.kind === "text"
        ? { template: exactText(draft.text) }
        : { messages: draft.messages.map(exactMessage) }),
      ...(base ? { base_version: base.version } : {}),
      ...(config === undefined ? {} : { llm_config: config }),
      ...(format === undefined ? {} : { response_format: format }),
      ...changedDeclarations(draft, before?.declared),
      ...changedTags(draft.tags, before?.tags),
      ...(message === "" ? {} : { commit_message: message }),
    },
  };
}

export function exactText({ shown, stored }: EditedText): string {
  return withLineEnds(shown, stored);
}

export function exactMessage(edited: EditedMessage): Message {
  const { message } = edited;
  if (edited.form === "text") return { ...message, role: edited.role, content: exactText(edited) };
  if (edited.form === "placeholder") return { ...message, name: edited.name };
  if (edited.json === spellJson(message, 2)) return message;
  return asObject(parseExact(edited.json));
}

/** `problemsOf` lets nothing else through; what may be in it, the server checks. */
function asObject(value: unknown): Record<string, unknown> {
  return isJsonObject(value) ? { ...value } : {};
}

function problemsOf(draft: Draft): FieldProblems {
  const problems = new Map<string | number, string>();
  const check = (field: string | number, text: string) => {
    const read = parseJson(text);
    if ("problem" in read) problems.set(field, read.problem);
    else if (!isJsonObject(read.value)) problems.set(field, "{ … }");
  };
  if (draft.llmConfig.trim() !== "") check("llmConfig", draft.llmConfig);
  if (draft.responseFormat.trim() !== "") check("responseFormat", draft.responseFormat);
  if (draft.kind === "text") return problems;
  for (const message of draft.messages) {
    if (message.form === "json") check(message.key, message.json);
  }
  return problems;
}

/** Undefined where nothing changed, null where the person took it away. */
function changedJson(
  now: string,
  before: string | undefined,
): Record<string, unknown> | null | undefined {
  if (now.trim() === (before ?? "").trim()) return undefined;
  return now.trim() === "" ? null : asObject(parseExact(now));
}

function changedDeclarations(draft: Draft, before: Declarations | undefined) {
  if (JSON.stringify(draft.declared) === JSON.stringify(before ?? {})) return {};
  const used = Object.entries(draft.declared).filter(([name]) => mayUse(draft, name));
  return { arguments: used.length === 0 ? null : Object.fromEntries(used) };
}

function changedTags(now: Draft["tags"], before: Draft["tags"] = {}) {
  const set = Object.entries(now).filter(([key, value]) => before[key] !== value);
  const dropped = Object.keys(before).filter((key) => !Object.hasOwn(now, key));
  if (set.length + dropped.length === 0) return {};
  const tags: Record<string, string | null> = Object.fromEntries(set);
  for (const key of dropped) tags[key] = null;
  return { tags };
}

/** Whether a text of the draft may use a variable. In a tag that is no plain variable, a mention counts. */
export function mayUse(draft: Draft, name: string): boolean {
  return textsOf(draft)
    .flatMap(splitTemplate)
    .some((part) =>
      part.kind === "variable"
        ? part.name === name
        : part.kind === "tag" && part.text.includes(name),
    );
}

function textsOf({ kind, text, messages }: Draft): readonly string[] {
  if (kind === "text") return [text.shown];
  return messages.map((message) => {
    if (message.form === "placeholder") return `{{${message.name}}}`;
    if (message.form === "json") return message.json;
    return `${message.shown}${JSON.stringify(member(message.message, "tool_calls") ?? "")}`;
  });
}

/**
 * Puts a draft on a newer base: what the person did not change is as there, and the texts stay theirs.
 * @param before the base that the draft was made from
 */
export function rebase(draft: Draft, before: Version, newer: Version): Draft {
  const [old, now] = [draftOf(before), draftOf(newer)];
  const isMine = (key: "llmConfig" | "responseFormat" | "declared" | "tags") =>
    JSON.stringify(draft[key]) !== JSON.stringify(old[key]);
  return {
    ...draft,
    llmConfig: isMine("llmConfig") ? draft.llmConfig : now.llmConfig,
    responseFormat: isMine("responseFormat") ? draft.responseFormat : now.responseFormat,
    declared: isMine("declared") ? draft.declared : now.declared,
    tags: isMine("tags") ? draft.tags : now.tags,
  };
}
