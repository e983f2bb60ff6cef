import type { PromptText } from "./prompt-text.ts";
import { type Sentence, unconditionalSentences } from "./sentences.ts";
import type { Suggestion } from "./suggestion.ts";

/** What an instruction may want, and what wants the opposite. */
interface Opposites {
  readonly one: RegExp;
  readonly other: RegExp;
  readonly says: string;
}

/** These words turn an instruction into its opposite, or weigh it against another one. */
const weighed =
  /\b(?:not|never|no|without|avoid|rather than|instead of|but|yet|although|while|cannot|nicht|keine?|nunca|sin)\b|n't\b/;

/** The pairs that are known. Each wants the opposite of the other whatever the prompt is about. */
const opposites: readonly Opposites[] = [
  {
    one: /\b(?:be|answer|reply|respond|keep it|keep (?:the |your )?(?:answers?|replies|responses?))(?: (?:as|very|always))? (?:brief|briefly|concise|concisely|short|succinct|succinctly|terse)\b/,
    other:
      /\b(?:in (?:great |full |as much )?detail\b|be (?:very |as )?(?:detailed|thorough|comprehensive|exhaustive|verbose)|(?:long|detailed|comprehensive|exhaustive) (?:answers?|replies|responses?|explanations?))\b/,
    says: "One passage wants short answers, the other detailed ones",
  },
  {
    one: /\b(?:only|just|exclusively|nothing but)(?: (?:in|with))?(?: (?:an?|one|the))?(?: (?:valid|raw|single))? json\b|\bjson(?: object| array)? (?:only|and nothing else)\b/,
    other:
      /\b(?:in|as|use|using|with)(?: (?:github|valid|clean|proper))? markdown\b|\bmarkdown (?:table|list|heading|format)|\b(?:only|just)(?: (?:in|with))?(?: an?)?(?: valid)? (?:xml|yaml|csv|html|plain text)\b/,
    says: "One passage allows JSON alone, the other wants another format",
  },
  {
    one: /\b(?:be|stay|sound|remain|keep) (?:very |strictly )?formal\b|\b(?:a|use|in) (?:very |strictly )?formal (?:tone|style|language|register)\b/,
    other:
      /\b(?:be|stay|sound|remain|keep it) (?:very )?(?:casual|informal|colloquial)\b|\b(?:a|use|in) (?:very )?(?:casual|informal|colloquial) (?:tone|style|language|register)\b/,
    says: "One passage wants a formal tone, the other an informal one",
  },
];

const language =
  /\b(?:answer|reply|respond|write)(?: (?:only|always|exclusively))? in (english|german|french|spanish|italian|portuguese|dutch|polish|japanese|chinese|korean|russian|arabic|turkish|hindi)\b/;
const most =
  /\b(?:at most|no more than|not more than|under|fewer than|less than|up to|max|maximum|maximum of) (\d{1,6}) (word|sentence|line|paragraph|character|bullet|item)/;
const least =
  /\b(?:at least|no fewer than|no less than|not less than|more than|min|minimum|minimum of) (\d{1,6}) (word|sentence|line|paragraph|character|bullet|item)/;

/** Instructions that cannot both be followed, by a small set of patterns. Conditions do not count. */
export function contradictions(texts: readonly PromptText[]): readonly Suggestion[] {
  const sentences = unconditionalSentences(texts);
  return [
    ...opposites.flatMap((pair) => contradict(sentences, pair)),
    ...languages(sentences),
    ...lengths(sentences),
    ...alwaysAndNever(sentences),
  ];
}

function contradict(
  sentences: readonly Sentence[],
  { one, other, says }: Opposites,
): readonly Suggestion[] {
  const plain = sentences.filter(
    ({ words }) => !weighed.test(words.replace(/\bnothing else\b/, "")),
  );
  const first = plain.find(({ words }) => one.test(words));
  const second = plain.find(({ words }) => other.test(words));
  return first && second && first !== second ? [both(first, second, says)] : [];
}

function languages(sentences: readonly Sentence[]): readonly Suggestion[] {
  const wanted = sentences.flatMap((sentence) => {
    const found = weighed.test(sentence.words) ? undefined : language.exec(sentence.words)?.[1];
    return found === undefined ? [] : [{ sentence, found }];
  });
  const [first] = wanted;
  const other = wanted.find(({ found }) => found !== first?.found);
  if (!first || !other) return [];
  return [both(first.sentence, other.sentence, "The passages want answers in different languages")];
}

function lengths(sentences: readonly Sentence[]): readonly Suggestion[] {
  const limits = sentences.flatMap((sentence) => limitsOf(sentence));
  for (const upper of limits.filter(({ isMost }) => isMost)) {
    const lower = limits.find(
      ({ isMost, unit, count }) => !isMost && unit === upper.unit && count > upper.count,
    );
    if (!lower) continue;
    const says = `One passage allows ${upper.count} ${upper.unit}s, the other wants ${lower.count}`;
    return [both(upper.sentence, lower.sentence, says)];
  }
  return [];
}

function limitsOf(sentence: Sentence) {
  const upper = most.exec(sentence.words);
  const lower = least.exec(sentence.words);
  return [
    ...(upper ? [{ sentence, isMost: true, count: Number(upper[1]), unit: upper[2] }] : []),
    ...(lower ? [{ sentence, isMost: false, count: Number(lower[1]), unit: lower[2] }] : []),
  ];
}

const positive =
  /^(?:[-*•\d.)\s]*)(?:please )?(?:you )?(?:always|must(?! not)|must always) (.{3,120})$/;
const negative =
  /^(?:[-*•\d.)\s]*)(?:please )?(?:you )?(?:never|must not|must never|do not ever|do not|don't) (.{3,120})$/;

/** "Always X" and "never X" of the same words, but for articles. */
function alwaysAndNever(sentences: readonly Sentence[]): readonly Suggestion[] {
  const always = new Map<string, Sentence>();
  for (const sentence of sentences) {
    const wanted = positive.exec(sentence.words)?.[1];
    if (wanted !== undefined) always.set(withoutArticles(wanted), sentence);
  }
  return sentences.flatMap((sentence) => {
    const refused = negative.exec(sentence.words)?.[1];
    const wanted = refused === undefined ? undefined : always.get(withoutArticles(refused));
    return wanted ? [both(wanted, sentence, "One passage wants what the other forbids")] : [];
  });
}

function withoutArticles(words: string): string {
  return words
    .split(/\s+/)
    .filter((word) => !/^(?:a|an|the|any|your|ever)$/.test(word))
    .join(" ");
}

function both(first: Sentence, second: Sentence, says: string): Suggestion {
  return {
    rule: "contradiction",
    passages: [first.passage(), second.passage()],
    why: `${says}. A model follows now the one and now the other.`,
    todo: "Delete one of them, or say in which case each counts.",
  };
}
