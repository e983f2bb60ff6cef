import { type JudgePrompt, yesNo } from "../judge-prompt.ts";

export const faithfulness: JudgePrompt = {
  version: 1,
  values: yesNo,
  instructions: `Decide whether an answer is faithful to its context.
"outputs" is the answer to "inputs". "context" is all that the answer may rely on.
Go through the claims of the answer one by one. Say "yes" when the context states or implies every one of them. An answer that says that the context does not tell is faithful if the context indeed does not.
Say "no" when a claim is not supported by the context or contradicts it, even if you know it to be true.`,
};
