export const suggestionRules = [
  "contradiction",
  "injection",
  "unexplained_variable",
  "output_format",
  "examples",
  "length",
] as const;

export type SuggestionRule = (typeof suggestionRules)[number];

/** A passage of a prompt, exactly as it is stored, cut after `maxPassage` characters. */
export interface FoundPassage {
  /** Index of the message, from 0; absent for a text prompt. */
  readonly message?: number;
  /** Index of the part, for content that is a list. */
  readonly part?: number;
  /** In the text of the message or part, from 1. */
  readonly line: number;
  readonly text: string;
}

/** What a rule found. */
export interface Suggestion {
  readonly rule: SuggestionRule;
  /** The passages that it is about, in the order of the prompt; at least one. */
  readonly passages: readonly FoundPassage[];
  /** Why the passage may make answers worse: a sentence. */
  readonly why: string;
  /** What to change: a sentence. */
  readonly todo: string;
}

/** Characters of a passage that are shown. */
export const maxPassage = 300;

/** Suggestions of one rule; more of them repeat what these say. */
export const maxOfRule = 5;
