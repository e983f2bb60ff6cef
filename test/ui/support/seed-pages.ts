import type { BrowserContextOptions } from "playwright-core";
import { evaluateSupport, supportModel } from "./evaluated.ts";
import { openView, type View } from "./view.ts";

const first = `You answer customers of {{ shop }}.

Question: {{ question }}

Answer in {{ language }}. Be brief and friendly.`;

const second = `You answer customers of {{ shop }}.

Question: {{ question }}

Answer in {{ language }}, in at most three sentences. Say which page of {{ handbook }} you used.`;

/** The view of a registry in which each page has something to show. */
export async function openPages(options: BrowserContextOptions = {}): Promise<View> {
  const view = await openView(await supportModel(), options);
  await seedPages(view.call);
  return view;
}

/** A prompt beside the samples: two evaluated versions, one of them live. */
export async function seedPages(call: View["call"]): Promise<void> {
  const name = "support-answer";
  await call("register_prompt", {
    ...{ name, template: first, alias: "production", commit_message: "First version" },
    arguments: {
      question: { description: "What the customer asks", required: true },
      language: { description: "The customer's language" },
    },
    llm_config: { model_name: "small", temperature: 0.2 },
    tags: { team: "support" },
  });
  await call("register_prompt", {
    ...{ name, base_version: 1, template: second, allow_breaking: true },
    commit_message: "Cite the handbook, and be shorter",
    arguments: { handbook: { description: "The handbook for the product" } },
    llm_config: { model_name: "small", temperature: 0 },
  });
  await call("comment_on_prompt", {
    ...{ name, version: 2, text: "Is three sentences enough for returns?" },
    passage: { quote: "in at most three sentences" },
  });
  await evaluateSupport(call);
}
