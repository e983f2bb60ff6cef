import type { GetPromptResult, Prompt } from "@modelcontextprotocol/server";

/**
 * The measured prompts: the contents of the registries, and the program's results for them, which
 * the bare SDK returns from memory.
 */
export const versionsOfPrompt = 3;

/** The alias of the newest version, and that of the one before it. */
export const newestAlias = "production";
export const olderAlias = "staging";

const variables = ["audience", "tone", "text"] as const;

/** Arguments that fill in every variable. */
export const values: Readonly<Record<(typeof variables)[number], string>> = {
  audience: "people who have never used the product",
  tone: "friendly and short",
  text: "The new release stores every prompt with its history.",
};

export function promptName(index: number): string {
  return `support-answer-${String(index).padStart(4, "0")}`;
}

/** About 700 characters, as the prompts of a real registry have. */
export function template(version: number): string {
  return [
    `You rewrite answers of the support team (guideline ${version}).`,
    "The reader is one of {{ audience }}. Keep the tone {{ tone }}.",
    "Say first what the reader should do, then why, then where to read more. Leave out whatever the reader cannot act on.",
    "Never promise a date, never name a colleague, and never repeat an address, an account number or a key that the text happens to contain.",
    "Use the words of the product's own documentation for its parts, and explain a word when it is not in everyday use.",
    "If the text holds a question that it does not answer, end with that question, put so that one sentence can answer it.",
    "Answer with the rewritten text alone.",
    "",
    "Text: {{ text }}",
  ].join("\n");
}

export function commitMessage(version: number): string {
  return `Answers as of guideline ${version}.`;
}

/** The entry of a prompt in `prompts/list`. */
export function listedPrompt(index: number): Prompt {
  return {
    name: promptName(index),
    title: `Support answer ${String(index).padStart(4, "0")}`,
    description: commitMessage(1),
    arguments: variables.map((name) => ({
      name,
      description: `Value of {{ ${name} }}`,
      required: true,
    })),
    _meta: {
      uri: `prompts:/${promptName(index)}/${versionsOfPrompt}`,
      version: versionsOfPrompt,
      aliases: [newestAlias],
    },
  };
}

/** The result of `prompts/get` for a prompt filled in with `values`. */
export function filledPrompt(name: string): GetPromptResult {
  return {
    description: commitMessage(versionsOfPrompt),
    messages: [{ role: "user", content: { type: "text", text: filledTemplate } }],
    _meta: {
      uri: `prompts:/${name}/${versionsOfPrompt}`,
      name,
      version: versionsOfPrompt,
      aliases: [newestAlias],
    },
  };
}

const filledTemplate = variables.reduce(
  (text, name) => text.replace(`{{ ${name} }}`, () => values[name]),
  template(versionsOfPrompt),
);
