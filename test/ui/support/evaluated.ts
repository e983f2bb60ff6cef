import * as z from "zod";
import { type FakeAnswer, fakeModel } from "../../support/fake-model.ts";
import { says } from "../../support/judging.ts";
import type { View } from "./view.ts";

const messages = z.array(z.looseObject({ content: z.string() }));

/** What customers ask, and the words that a good answer has. */
const questions = [
  ["How do I send something back?", "30 days"],
  ["Can I change the address of my order?", "until it is packed"],
  ["Where is my parcel?", "link in the e-mail"],
  ["Do you deliver abroad?", "27 countries"],
  ["The lamp arrived broken.", "new one"],
  ["How do I pay by invoice?", "14 days"],
  ["May I buy without an account?", "as a guest"],
  ["Is the shop open on Sunday?", "from 10 to 16"],
  ["What does delivery cost?", "free from 50"],
  ["Do you repair old lamps?", "in our workshop"],
  ["Can I have a gift wrapped?", "for 3 euros"],
  ["Where do I find the manual?", "on the page of the lamp"],
] as const;

/** The question that no model answers. */
export const unanswered = questions[11][0];

/** A gateway whose answers are the same in each run. @returns the settings of a server that asks it */
export async function supportModel(): Promise<Readonly<Record<string, string>>> {
  const { url } = await fakeModel(({ body }) => {
    const asked = messages.parse(body.messages).at(-1)?.content ?? "";
    return "response_format" in body ? judge(asked) : answer(asked);
  });
  return {
    MLFLOW_PROMPTS_MODEL_URL: url,
    MLFLOW_PROMPTS_MODELS: "small",
    MLFLOW_PROMPTS_MODEL_PRICES: "small=0.15/0.6",
    // One row after the other: answers are listed in the order in which they were made.
    MLFLOW_PROMPTS_MAX_MODEL_CALLS: "1",
  };
}

function answer(asked: string): FakeAnswer {
  const [question, words] = questions.find(([one]) => asked.includes(one)) ?? [];
  if (question === unanswered) return { status: 400, body: { error: { message: "too long" } } };
  const usesHandbook = asked.includes("handbook");
  return usesHandbook || question === questions[3][0]
    ? `${words}. See page 12 of the handbook.`
    : "Thank you for your question! We will gladly look into it.";
}

function judge(asked: string): string {
  return asked.includes("page 12")
    ? says("yes", "It names the page of the handbook and says what to do.")
    : says("no", "It is friendly, but says nothing that helps the customer.");
}

/** Two runs of `support-answer`, the baseline first. */
export async function evaluateSupport(call: View["call"]): Promise<void> {
  const rows = questions.map(([question, words]) => ({
    inputs: { question, shop: "Lamps & Co", language: "English", handbook: "the lamp handbook" },
    expectations: { expected_response: words },
  }));
  await call("add_to_dataset", { dataset: "support-questions", prompt: "support-answer", rows });
  await call("evaluate_prompt", {
    ...{ name: "support-answer", versions: [1, 2], dataset: "support-questions" },
    scorers: [{ type: "contains", text: "handbook" }, "relevance"],
  });
}
