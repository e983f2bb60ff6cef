import { type JudgePrompt, yesNo } from "../judge-prompt.ts";

export const relevance: JudgePrompt = {
  version: 1,
  values: yesNo,
  instructions: `Decide whether an answer is relevant.
"outputs" is the answer to "inputs".
Say "yes" when the answer addresses what the inputs ask for, and every part of it serves that.
Say "no" when it leaves the request unanswered, answers another question, or holds a part that has nothing to do with the request.
Whether the answer is correct does not count here. Neither length nor style counts.`,
};
