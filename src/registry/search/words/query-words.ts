import { foldWord, isUnspaced, splitText, wordsIn } from "./split-words.ts";

/** A word of a query: as it is written, and in the form in which words are compared. */
export interface Word {
  readonly written: string;
  readonly term: string;
}

/** A search takes time for each of its words. People type fewer. */
const maxWords = 12;

/** Words that people put around what they search for, in the languages that prompts are searched in. */
const fillers = `
  a about all an and any are as at be by can do does find for from get give have how i in into is it
  its like look looking me my need of on one or our please searching show some something
  that the their this to up use used using want we what when where which who with would you your
  prompt prompts template templates
  aber als am an auf aus bei das dem den der des die ein eine einem einen einer eines fur hat ich im
  ist mein mir mit nach oder suche uber um und uns vom von vorlage vorlagen was wie wir zu zum zur
  au aux avec ce ces dans de des du en est et la le les ma mes mon ou par pour que qui sur un une
  al con del el en es lo los las mi para por que se sin su un una y
  に の を は が で と へ も か や から まで より する して した たい ため について 関する ください
  です ます な こと もの 用 プロンプト テンプレート
  的 了 是 在 和 与 给 把 请 关于 用于 一个 我 怎么 提示词 提示 模板
`;
const fillerTerms = new Set(fillers.trim().split(/\s+/).map(foldWord));

/**
 * The words of a query that say what is searched for, each once, at most 12. Articles, prepositions
 * and the like are left out, unless the query has nothing else.
 */
export function queryWords(query: string): readonly Word[] {
  const words = new Map<string, Word>();
  for (const part of splitText(query)) {
    // `refundReply` is searched as it is: texts have it and its parts.
    const parts = isUnspaced(part) ? wordsIn(part) : [part];
    for (const written of parts) {
      const term = foldWord(written);
      if (!words.has(term)) words.set(term, { written, term });
    }
  }
  const all = [...words.values()];
  const telling = all.filter(({ term }) => !fillerTerms.has(term));
  return (telling.length > 0 ? telling : all).slice(0, maxWords);
}
