import type { ChatMessage, Prompt, Template } from "../../../src/registry/types.ts";

/** A prompt to search in. */
export function prompt(name: string, more: Partial<Prompt> = {}, text = "Text"): Prompt {
  const times = { createdAt: 1, updatedAt: 1 };
  return {
    name,
    description: "",
    tags: {},
    aliases: {},
    ...times,
    ...withText(name, text),
    ...more,
  };
}

export function chat(messages: readonly ChatMessage[]): Prompt {
  return { ...prompt("x"), ...withTemplate("x", { kind: "chat", messages }) };
}

function withText(name: string, text: string) {
  return withTemplate(name, { kind: "text", text });
}

function withTemplate(name: string, template: Template): Pick<Prompt, "latest"> {
  const rest = { commitMessage: "", tags: {}, aliases: [], createdAt: 1, updatedAt: 1 };
  return { latest: { name, version: 1, template, ...rest } };
}
