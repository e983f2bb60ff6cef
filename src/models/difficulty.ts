import type { ChatMessage } from "../registry/types.ts";

/** How hard a question is: 0 easy, 1 middling, 2 hard. */
export type Difficulty = 0 | 1 | 2;

export interface Rated {
  readonly difficulty: Difficulty;
  /** Why: the rule, and the words that it found. */
  readonly reason: string;
}

interface Rule {
  readonly difficulty: Difficulty;
  readonly says: string;
  readonly words: RegExp;
  /** Words that the sentence must have as well. */
  readonly and?: RegExp;
}

/**
 * What a request asks for, by its words in English, German and Spanish. Only sentences that ask for
 * something are looked at, so what is pasted beside the question makes no difference, and neither does
 * its length. The first rule that matches decides: hard work outweighs the easy form that it may have.
 */
const rules: readonly Rule[] = [
  {
    difficulty: 2,
    says: "it asks for a proof or a derivation",
    words:
      /\b(?:prove|proof|derive|derivation|theorem|beweise?n?|beweis|herleiten|leite her|demuestra|demostración|deduce)\b/iu,
  },
  {
    difficulty: 2,
    says: "it asks to find a fault",
    words:
      /\b(?:debug|root cause|race condition|memory leak|deadlock|what is wrong|why does this (?:code|test|query|function)|find the bug|fehlerursache|finde den fehler|warum schlägt|encuentra el error|por qué falla)\b/iu,
  },
  {
    difficulty: 2,
    says: "it asks for a plan or a design",
    words:
      /\b(?:design an?|architect(?:ure)?|roadmap|strategy|migration plan|plan (?:a|an|the|our|for)|draft a plan|entwirf|plane|strategie|konzept|diseña|planifica|estrategia)\b/iu,
  },
  {
    difficulty: 2,
    says: "it asks to weigh things up",
    words:
      /\b(?:trade-?offs?|pros and cons|advantages and disadvantages|analy[sz]e|analysis|evaluate whether|assess|critique|compare|implications|vor- und nachteile|analysiere|vergleiche|bewerte|ventajas y desventajas|analiza|compara|evalúa)\b/iu,
  },
  {
    difficulty: 2,
    says: "it asks for several steps of reasoning",
    words:
      /\b(?:step by step|what would happen|puzzle|riddle|optimi[sz]e|minimi[sz]e|maximi[sz]e|probability|integral|equation|solve|schritt für schritt|wahrscheinlichkeit|gleichung|löse|paso a paso|probabilidad|ecuación|resuelve)\b/iu,
  },
  {
    difficulty: 2,
    says: "it asks what follows from a condition",
    words: /\b(?:if|wenn|si)\b/iu,
    and: /\b(?:how|what|when|who|which|wie|wann|wer|cuánto|cuándo|quién)\b/iu,
  },
  {
    difficulty: 2,
    says: "it asks to rework code",
    words:
      /\b(?:refactor|rewrite this (?:code|function|class|module)|port this|thread-safe|concurrency|refaktorisiere|refactoriza)\b/iu,
  },
  {
    difficulty: 0,
    says: "it asks to answer yes or no",
    words:
      /\b(?:yes or no|true or false|ja oder nein|wahr oder falsch|sí o no|verdadero o falso)\b|^(?:is|are|does|do|did|was|were|can|has|have|ist|sind|hat|kann|es|son|tiene|puede)\b/iu,
  },
  {
    difficulty: 0,
    says: "it asks to translate",
    words: /\b(?:translate|translation|übersetze|übersetzung|traduce|traducción)\b/iu,
  },
  {
    difficulty: 0,
    says: "it asks to take something out of a text",
    words:
      /\b(?:extract|pull out|find all|list (?:the|all|every)|which of these|extrahiere|nenne (?:die|alle)|liste|extrae|enumera|lista)\b/iu,
  },
  {
    difficulty: 0,
    says: "it asks to sort into classes",
    words:
      /\b(?:classify|categori[sz]e|label|sentiment|spam|detect the language|klassifiziere|kategorie|stimmung|clasifica|categoría|sentimiento)\b/iu,
  },
  {
    difficulty: 0,
    says: "it asks to change the form of a text",
    words:
      /\b(?:convert|format|capitali[sz]e|lowercase|uppercase|spell|correct the spelling|fix the typos|konvertiere|formatiere|großbuchstaben|rechtschreibung|convierte|formatea|mayúsculas|ortografía)\b/iu,
  },
  {
    difficulty: 0,
    says: "it asks for a fact",
    words:
      /^(?:what is|what's|what are|who|when|where|which|how old|how tall|how far|how much is|define|name|was ist|was sind|wer|wann|wo|welche|wie alt|wie hoch|definiere|nenne|qué es|quién|cuándo|dónde|cuál|define)(?![\p{L}\p{N}])/iu,
  },
];

/** Words that a sentence which asks for something begins with, or has. */
const asks =
  /\?$|^(?:please |bitte |por favor )?(?:can you |could you |kannst du |puedes )?(?:i need |i want |ich brauche |necesito )?[\p{L}-]{2,20}(?: |$)/iu;

/** Sentences at the beginning and at the end that are looked at, and characters of each. */
const most = { sentences: 20, characters: 400, text: 20_000 };

/**
 * Rates what the messages ask a model. The last message of the user counts; where the other messages
 * hold the task, and it only data, those count too. Takes time linear in the first and last 20,000
 * characters.
 */
export function rateDifficulty(messages: readonly ChatMessage[]): Rated {
  const sentences = messages.filter(({ role }) => role !== "assistant").flatMap(sentencesOf);
  const requests = sentences.filter((sentence) => asks.test(sentence));
  for (const { difficulty, says, words, and } of rules) {
    for (const request of requests) {
      const found = words.exec(request)?.[0];
      if (found !== undefined && (and?.test(request) ?? true))
        return { difficulty, reason: `${says} ("${found.slice(0, 40)}")` };
    }
  }
  return { difficulty: 1, reason: "no rule says that it is easy or hard" };
}

function sentencesOf({ content }: ChatMessage): readonly string[] {
  const text = typeof content === "string" ? content : textIn(content ?? []);
  const whole =
    text.length <= 2 * most.text ? text : `${text.slice(0, most.text)}\n${text.slice(-most.text)}`;
  const all = withoutQuotes(whole)
    .split(/[.!\n;:]\s+|(?<=\?)\s+|\n/)
    .map((sentence) => sentence.trim().slice(0, most.characters))
    .filter((sentence) => sentence !== "");
  if (all.length <= 2 * most.sentences) return all;
  return [...all.slice(0, most.sentences), ...all.slice(-most.sentences)];
}

/** What is fenced, quoted or in tags is what a question is about. */
function withoutQuotes(text: string): string {
  return text
    .split("```")
    .filter((_, index) => index % 2 === 0)
    .join("\n")
    .split("\n")
    .filter((one) => !/^\s*[>|]/.test(one))
    .join("\n");
}

function textIn(parts: Exclude<ChatMessage["content"], string | null | undefined>): string {
  return parts.flatMap(({ text }) => (typeof text === "string" ? [text] : [])).join("\n");
}
