import { signal } from "@preact/signals";

/** A question with two answers. Hosts ignore `confirm()`, so the view has its own dialog. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** Whether the text is the server's, which is in English. */
  readonly isOfServer?: boolean;
  readonly yes: string;
  readonly no: string;
  readonly answer: (yes: boolean | null) => void;
}

/** The question that is shown. */
export const question = signal<Question | undefined>(undefined);

/** Asks the person. Resolves with null when they close the dialog without an answer. */
export function ask(asked: Omit<Question, "answer">): Promise<boolean | null> {
  return new Promise((resolve) => {
    question.value = {
      ...asked,
      answer: (yes) => {
        question.value = undefined;
        resolve(yes);
      },
    };
  });
}
