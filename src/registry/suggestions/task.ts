import { isInstruction, type PromptText, passageAt } from "./prompt-text.ts";
import type { FoundPassage, Suggestion } from "./suggestion.ts";

interface Words {
  readonly words: RegExp;
  /** What follows them. Two patterns, since the check for linear time takes long for both in one. */
  readonly after?: RegExp;
}

/** What a program usually reads the answer of. */
const tasks: readonly (readonly [Task["verb"], readonly Words[]])[] = [
  [
    "sorts",
    [
      {
        words:
          /\b(?:classify|categori[sz]e|label (?:the|each|this|every)|tag (?:the|each|this|every)|klassifiziere|clasifica)\b/gi,
      },
      { words: /\bsort (?:the|each|this|every|these) /gi, after: /^\S{1,40} into\b/i },
    ],
  ],
  [
    "extracts",
    [
      {
        words: /\b(?:extract|pull out|identify (?:all|the|every|each)|extrahiere|extrae)\b/gi,
      },
      { words: /\bfind (?:all|every) /gi, after: /^(?:the )?\S{1,40} in\b/i },
    ],
  ],
  [
    "scores",
    [
      {
        words:
          /\b(?:rate (?:the|this|each|every|how)|score (?:the|this|each|every)|grade (?:the|this|each|every))\b/gi,
      },
    ],
  ],
];

/** What stands before an instruction: the end of another, a list's mark, or a word that leads to it. */
const lead = /(?:[.!?:;\n*-]|\b(?:and|to|please|must|should|will|then)\b|\d[.)])[ \t]{0,9}$/i;
/** More than the longest of them, with the character before it. */
const leadLength = 20;

/** Several expressions: the check for linear time takes half a minute for all in one. */
const format = [
  /\bjson|\bxml\b|\byaml\b|\bcsv\b|\btsv\b|\bmarkdown\b|\btables?\b|\bbullet|\blists?\b|\bschema\b|\byes or no\b|\bexactly\b|\bsentences?\b|\bcomma|\bper line\b|\beach line\b|\bnumber\b|\blabel:|```|\bfields?\b|\bkeys?\b|\bnothing else\b|\bzeile\b|\bliste\b|\blista\b|\btabelle\b|\btabla\b/i,
  /\bone (?:word|line|per line|of)\b/i,
  /\bsingle (?:word|line|number|label)\b/i,
  /\bonly (?:with|the|return|answer|a|one)\b/i,
  /\bformat(?:ted)?\b/i,
  /\bfrom (?:1|0|one|zero) to\b/i,
  /\b[01] ?(?:-|–|to) ?\d+\b/i,
];
const lastLabel = /[\p{L})]:\s*$/u;

const example = /\bexamples?\b|\be\.g\.|\bfor instance\b|\bsuch as\b|->|=>|→|\bbeispiel|\bejemplo/i;
const answerLabel = /\b(?:output|answer|label|category|result)s?:/gi;

interface Task {
  readonly verb: "sorts" | "extracts" | "scores";
  readonly passage: FoundPassage;
}

/** For tasks whose answers a program reads: an output format that is not stated, and no examples. */
export function aboutTask(
  texts: readonly PromptText[],
  { hasResponseFormat }: { readonly hasResponseFormat: boolean },
): readonly Suggestion[] {
  const task = findTask(texts);
  if (task === undefined) return [];
  const statesFormat =
    hasResponseFormat ||
    texts.some(({ prose }) => matchesAny(format, prose) || lastLabel.test(prose));
  const hasExamples = texts.some((text) => isExample(text)) || repeatsLabels(texts);
  return [
    ...(statesFormat || hasExamples ? [] : [noFormat(task)]),
    ...(hasExamples || task.verb === "scores" ? [] : [noExamples(task)]),
  ];
}

function findTask(texts: readonly PromptText[]): Task | undefined {
  for (const text of texts.filter(isInstruction)) {
    for (const [verb, forms] of tasks) {
      const starts = forms.flatMap((form) => instructionStart(text.prose, form) ?? []);
      if (starts.length === 0) continue;
      const start = Math.min(...starts);
      const end = text.text.indexOf("\n", start);
      return { verb, passage: passageAt(text, start, end === -1 ? text.text.length : end) };
    }
  }
  return undefined;
}

/** Where the first instruction with these words begins, the word that leads to it included. */
function instructionStart(prose: string, { words, after }: Words): number | undefined {
  for (const { index, 0: said } of prose.matchAll(words)) {
    if (after?.test(prose.slice(index + said.length)) === false) continue;
    const before = prose.slice(Math.max(0, index - leadLength), index);
    // A prompt begins as a line does.
    const found = lead.exec(index <= leadLength ? `\n${before}` : before)?.[0];
    if (found !== undefined) return index - found.replace(/^[.!?:;\n\-*\s]+/, "").length;
  }
  return undefined;
}

function matchesAny(patterns: readonly RegExp[], text: string): boolean {
  return patterns.some((pattern) => pattern.test(text));
}

function isExample(text: PromptText): boolean {
  if (text.role === "assistant") return true;
  return (
    example.test(text.prose) ||
    hasLabelledAnswer(text.prose) ||
    text.tags.some(({ name }) => /example|shots?\b|sample/i.test(name))
  );
}

function hasLabelledAnswer(prose: string): boolean {
  return [...prose.matchAll(answerLabel)].some(({ index, 0: label }) =>
    /^[ \t]*\S/.test(prose.slice(index + label.length)),
  );
}

/** Whether lines begin with the same label twice, as in a list of examples. */
function repeatsLabels(texts: readonly PromptText[]): boolean {
  const seen = new Set<string>();
  for (const { prose } of texts) {
    for (const [, label = ""] of prose.matchAll(/^[ \t]{0,9}(\p{L}[\p{L} ]{0,30}):/gmu)) {
      if (seen.has(label)) return true;
      seen.add(label);
    }
  }
  return false;
}

function noFormat({ verb, passage }: Task): Suggestion {
  return {
    rule: "output_format",
    passages: [passage],
    why: `The prompt ${verb} something and does not say what the answer looks like, so that its form changes from call to call.`,
    todo: "Say the form of the answer, such as one label of a list and nothing else, or register a response_format.",
  };
}

function noExamples({ verb, passage }: Task): Suggestion {
  return {
    rule: "examples",
    passages: [passage],
    why: `The prompt ${verb} something and has no example. Examples show what words leave open, above all in cases between two labels.`,
    todo: "Add two or three examples with their answers, one of them a hard case.",
  };
}
