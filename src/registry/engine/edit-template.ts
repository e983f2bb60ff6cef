import { listFirst, quote, RegistryError } from "../errors.ts";
import {
  findOccurrences,
  type Occurrence,
  replacePassage,
  type SearchedText,
  searchedTexts,
} from "../template/passages.ts";
import type { WritableTemplate } from "../types.ts";
import type { TemplateEngine, TemplateSubject } from "./template-engine.ts";

/** The replacement of one passage. */
export interface Edit {
  readonly oldText: string;
  readonly newText: string;
  /** Index of the message that has the passage; absent for any. */
  readonly message?: number | undefined;
}

/** Why an edit cannot be made, and a diff to show with it. */
interface Refusal {
  readonly problem: string;
  readonly diff?: string;
}

/** As many places are named where a passage occurs more than once. */
const maxPlaces = 10;

/** Longer passages are shown from shortly before their first difference. */
const maxShown = 2_000;

/**
 * Makes edits one after the other, all or none.
 * @throws RegistryError `invalid` for a passage that does not occur exactly once: with the nearest
 *   passage, or with the places where it occurs
 */
export async function editTemplate(
  engine: TemplateEngine,
  template: WritableTemplate,
  edits: readonly Edit[],
  subject: TemplateSubject,
): Promise<WritableTemplate> {
  let edited = template;
  for (const [index, edit] of edits.entries()) {
    const [occurrence, ...others] = isMessage(edited, edit.message)
      ? findOccurrences(searchedTexts(edited, edit.message), edit.oldText, maxPlaces + 1)
      : [];
    if (occurrence === undefined || others.length > 0) {
      const found = occurrence === undefined ? [] : [occurrence, ...others];
      const { problem, diff } = await refusalOf(engine, edited, edit, found);
      const { prompt = "", version } = subject;
      throw new RegistryError(
        "invalid",
        `Nothing was registered: edits[${index}] cannot be made in version ${version} of ${quote(prompt)}${index === 0 ? "" : " after the edits before it"}: ${problem}`,
        subject,
        diff === undefined ? {} : { diff },
      );
    }
    edited = replacePassage(edited, occurrence, edit.oldText, edit.newText);
  }
  return edited;
}

function isMessage(template: WritableTemplate, message: number | undefined): boolean {
  if (message === undefined) return true;
  return template.kind === "chat" && message < template.messages.length;
}

async function refusalOf(
  engine: TemplateEngine,
  template: WritableTemplate,
  { oldText, message }: Edit,
  found: readonly Occurrence[],
): Promise<Refusal> {
  if (template.kind === "text" && message !== undefined) {
    return { problem: "the prompt is a text and has no messages. Leave out message." };
  }
  if (template.kind === "chat" && !isMessage(template, message)) {
    return {
      problem: `there is no message ${message}. The messages are 0 to ${template.messages.length - 1}.`,
    };
  }
  const searched = message === undefined ? "" : ` in message ${message}`;
  if (found.length > 0) {
    const places = listFirst(found.map(describePlace), "; ", maxPlaces);
    const hint = template.kind === "chat" && message === undefined ? ", or message" : "";
    return {
      problem: `old_text occurs more than once${searched}: ${places}. Give more of the text around it${hint}.`,
    };
  }
  const [elsewhere] = findOccurrences(searchedTexts(template), oldText, 1);
  if (elsewhere !== undefined) {
    return { problem: `old_text is not${searched}. It is in ${describePlace(elsewhere)}.` };
  }
  return nearestRefusal(engine, searchedTexts(template, message), oldText, searched);
}

/** Shows what the nearest passage has in place of the text that was to be replaced. */
async function nearestRefusal(
  engine: TemplateEngine,
  places: readonly SearchedText[],
  oldText: string,
  searched: string,
): Promise<Refusal> {
  const missing = `old_text does not occur${searched}`;
  const texts = places.map(({ text }) => text);
  const nearest = await engine.nearestPassage(texts, oldText);
  const place = nearest && places[nearest.text];
  if (nearest === undefined || place === undefined) {
    return { problem: `${missing}, nor anything like it. Load the version and copy the passage.` };
  }
  const passage = place.text.slice(nearest.start, nearest.end);
  const from = cutFrom(oldText, passage);
  const where = describePlace({ place, start: nearest.start });
  return {
    problem: `${missing}. Copy the passage exactly, white space included. From old_text to the nearest passage, in ${where}`,
    diff: await engine.diff(
      ["old_text", "the nearest passage"],
      `${oldText.slice(from, from + maxShown)}\n`,
      `${passage.slice(from, from + maxShown)}\n`,
    ),
  };
}

function cutFrom(before: string, after: string): number {
  if (Math.max(before.length, after.length) <= maxShown) return 0;
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  return Math.max(0, same - 100);
}

function describePlace({ place: { text, message, part }, start }: Occurrence): string {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < start; at = text.indexOf("\n", at + 1))
    line++;
  return [
    ...(message === undefined ? [] : [`message ${message}`]),
    ...(part === undefined ? [] : [`part ${part}`]),
    `line ${line}`,
  ].join(", ");
}
