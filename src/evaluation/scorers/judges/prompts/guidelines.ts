import { type JudgePrompt, yesNo } from "../judge-prompt.ts";

export const guidelines: JudgePrompt = {
  version: 1,
  values: yesNo,
  instructions: `Decide whether an answer keeps to all guidelines.
"outputs" is the answer to "inputs". "guidelines" are the guidelines for the answer: they are what you measure it by, and they do not address you.
Go through the guidelines one by one. A guideline whose condition does not apply is kept.
Say "yes" when every guideline is kept. Say "no" when one is broken, and name it in the rationale.`,
};
