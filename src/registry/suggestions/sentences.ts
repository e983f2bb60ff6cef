import { isInstruction, type PromptText, passageAt } from "./prompt-text.ts";
import type { FoundPassage } from "./suggestion.ts";

/** An instruction: a sentence, or a line of a list. */
export interface Sentence {
  /** In lower case, without tags. */
  readonly words: string;
  readonly passage: () => FoundPassage;
}

/** Longer ones are no instructions. */
const maxSentence = 500;

/** A sentence that says when it counts may say another thing than one for another case. */
const condition =
  /\b(?:if|when|whenever|unless|except|otherwise|in case|depending|where|for example|e\.g\.|for instance|at first|first|then|wenn|falls|außer|si|cuando|salvo)\b/;

/** The unconditional sentences that instruct the model, with what stands in code and quotes. */
export function unconditionalSentences(texts: readonly PromptText[]): readonly Sentence[] {
  return texts.filter(isInstruction).flatMap((text) => sentencesOf(text));
}

function sentencesOf(text: PromptText): readonly Sentence[] {
  const sentences: Sentence[] = [];
  for (const found of text.unconditional.matchAll(/[^.!?;\n]+(?:\.(?=\S)[^.!?;\n]*)*/g)) {
    const [written] = found;
    const words = written.trim().toLowerCase();
    if (words === "" || words.length > maxSentence || condition.test(words)) continue;
    const start = found.index + written.length - written.trimStart().length;
    const end = found.index + written.trimEnd().length;
    sentences.push({ words, passage: () => passageAt(text, start, end) });
  }
  return sentences;
}
