import { isInstruction, type PromptText, passageAt } from "./prompt-text.ts";
import type { Suggestion } from "./suggestion.ts";

/** Shorter lines are repeated for a reason: labels, list items, borders. */
const minRepeated = 80;

/** Tokens of a fixed text, above which its cost in each call is worth a look. */
const manyTokens = 4_000;

/** Characters of a token of English, by OpenAI's and Anthropic's rule of thumb. */
const charactersOfToken = 4;

/** An estimate: each model counts otherwise, and languages other than English have more. */
function estimateTokens(characters: number): number {
  return Math.ceil(characters / charactersOfToken);
}

/** The fixed text of a prompt in tokens, by estimate. */
export function fixedTokens(texts: readonly PromptText[]): number {
  return estimateTokens(texts.reduce((sum, text) => sum + fixedLength(text), 0));
}

function fixedLength({ text, tags }: PromptText): number {
  return text.length - tags.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** Passages that cost tokens in each call and say nothing new. */
export function lengthAgainstCost(texts: readonly PromptText[]): readonly Suggestion[] {
  return [...repeated(texts), ...longText(texts)];
}

function repeated(texts: readonly PromptText[]): readonly Suggestion[] {
  const lines = new Map<string, { readonly passages: (() => Suggestion["passages"][number])[] }>();
  for (const text of texts.filter(isInstruction)) {
    let at = 0;
    for (const written of text.text.split("\n")) {
      const line = written.trim();
      const start = at;
      at += written.length + 1;
      if (line.length < minRepeated || !/\p{L}{2}/u.test(line)) continue;
      const passage = () => passageAt(text, start, start + written.length);
      const known = lines.get(line);
      if (known) known.passages.push(passage);
      else lines.set(line, { passages: [passage] });
    }
  }
  return [...lines].flatMap(([line, { passages }]) => {
    if (passages.length < 2) return [];
    const tokens = estimateTokens(line.length * (passages.length - 1));
    return [
      {
        rule: "length" as const,
        passages: passages.slice(0, 2).map((passage) => passage()),
        why: `The same line stands here ${passages.length} times. The repetition costs about ${tokens} tokens in each call (an estimate).`,
        todo: "Keep the first one. What must be said twice fits in a few words.",
      },
    ];
  });
}

function longText(texts: readonly PromptText[]): readonly Suggestion[] {
  const tokens = fixedTokens(texts);
  const [longest] = [...texts].sort((one, other) => fixedLength(other) - fixedLength(one));
  if (tokens < manyTokens || longest === undefined) return [];
  return [
    {
      rule: "length",
      passages: [passageAt(longest, 0, longest.text.length)],
      why: `The fixed text of the prompt has about ${tokens} tokens (an estimate), which each call pays for.`,
      todo: "Leave out what evaluate_prompt shows to make no difference, and put what changes from call to call at the end, so that providers can cache what is before it.",
    },
  ];
}
