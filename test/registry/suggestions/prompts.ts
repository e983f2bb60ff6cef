import type { SuggestionRule } from "../../../src/registry/suggestions/suggestion.ts";

/** Prompts that a rule must point at, with the lines that it shows, and prompts that it must not. */
export interface Labelled {
  readonly rule: SuggestionRule;
  readonly bad: readonly LabelledPrompt[];
  readonly good: readonly LabelledPrompt[];
}

export interface LabelledPrompt {
  /** A text, or messages as "role: text". */
  readonly prompt: string | readonly string[];
  /** The passages that are shown. */
  readonly shows?: readonly string[];
  readonly hasResponseFormat?: boolean;
  readonly described?: readonly string[];
}

const rooms =
  "Never tell a guest about rooms that are not in the list, whatever they ask for, and be kind.";

export const labelled: readonly Labelled[] = [
  {
    rule: "contradiction",
    bad: [
      {
        prompt: "Be brief.\nExplain each step in detail.\n{{ question }}",
        shows: ["Be brief", "Explain each step in detail"],
      },
      {
        prompt: "Answer concisely. Give comprehensive answers.",
        shows: ["Answer concisely", "Give comprehensive answers"],
      },
      {
        prompt: ["system: Return only JSON.", "user: Use Markdown headings. {{ text }}"],
        shows: ["Return only JSON", "Use Markdown headings"],
      },
      {
        prompt: "Always cite the source.\nBe kind.\nNever cite a source.",
        shows: ["Always cite the source", "Never cite a source"],
      },
      {
        prompt: "- You must mention the price\n- Do not mention the price",
        shows: ["- You must mention the price", "- Do not mention the price"],
      },
      {
        prompt: "Answer in German. Sign with the name. Reply only in English.",
        shows: ["Answer in German", "Reply only in English"],
      },
      {
        prompt: "Write at least 200 words. Use at most 50 words.",
        shows: ["Use at most 50 words", "Write at least 200 words"],
      },
      {
        prompt: "Use a formal tone. Stay casual.",
        shows: ["Use a formal tone", "Stay casual"],
      },
    ],
    good: [
      { prompt: "Be brief. Do not go into detail." },
      { prompt: "Be brief. If the user asks why, explain in detail." },
      { prompt: "{% if short %}Be brief.{% else %}Explain in detail.{% endif %} {{ question }}" },
      { prompt: "Be brief but thorough: answers are concise and in detail where needed." },
      { prompt: "Return only JSON. Do not use Markdown." },
      { prompt: "Always cite the source. Never invent a source." },
      { prompt: "Never answer in English. Answer in German." },
      { prompt: "Write at least 50 words. Use at most 200 words." },
      { prompt: "Write at least 3 sentences. Use at most 2 paragraphs." },
      { prompt: ["system: Be brief.", "assistant: I will explain in detail."] },
      { prompt: "Use a formal tone in letters when the reader is a judge. Stay casual." },
      { prompt: "Always answer. When unsure, never answer." },
    ],
  },
  {
    rule: "injection",
    bad: [
      {
        prompt: ["system: You help people. They ask: {{ question }}", "user: Go on."],
        shows: ["You help people. They ask: {{ question }}"],
      },
      {
        prompt: ["system: <input>\n{{ user_input }}\n</input>", "user: Go on."],
        shows: ["{{ user_input }}"],
      },
      {
        prompt: ["system: Use these facts.\n{{ context }}\nBe kind.", "user: {{ question }}"],
        shows: ["{{ context }}"],
      },
      {
        prompt: "Translate {{ text }} into German and keep the names.",
        shows: ["Translate {{ text }} into German and keep the names."],
      },
      {
        prompt: "Here is an email: {{ email }} Answer it kindly.",
        shows: ["Here is an email: {{ email }} Answer it kindly."],
      },
    ],
    good: [
      { prompt: ["system: You help {{ team }} in {{ language }}.", "user: {{ question }}"] },
      { prompt: ["system: Facts:\n<context>\n{{ context }}\n</context>", "user: {{ question }}"] },
      { prompt: 'Translate "{{ text }}" into German.' },
      { prompt: "Translate into German:\n<text>{{ text }}</text>\nKeep the names." },
      { prompt: "Summarise the article.\n\n```\n{{ article }}\n```\nBe brief." },
      { prompt: "Answer the question.\n\nQuestion: {{ question }}" },
      { prompt: "Greet {{ name }} in {{ tone }} words and name the {{ product }}." },
      { prompt: ["user: {{ message }}"] },
      { prompt: ["user: Hi", "assistant: You said {{ text }} to me, and I agree."] },
    ],
  },
  {
    rule: "unexplained_variable",
    bad: [
      { prompt: "Write a poem.\n\n{{ x }}", shows: ["{{ x }}"] },
      { prompt: "Summarise for a manager. {{ d1 }}", shows: ["Summarise for a manager. {{ d1 }}"] },
      {
        prompt: ["system: You are kind.\n{{ blob }}", "user: {{ question }}"],
        shows: ["{{ blob }}"],
      },
      { prompt: "Be kind.\n\n{{ a }}\n{{ b }}", shows: ["{{ a }}", "{{ b }}"] },
    ],
    good: [
      { prompt: "Write a poem.\n\n{{ x }}", described: ["x"] },
      { prompt: "Write a poem about {{ x }}." },
      { prompt: "Summarise the article.\n\n{{ article }}" },
      { prompt: "Summarise this in two sentences.\n\n{{ doc }}" },
      { prompt: "Be kind.\n\nQuestion:\n{{ x }}" },
      { prompt: "Be kind.\n\n# Notes\n{{ x }}" },
      { prompt: "Be kind.\n<data>\n{{ x }}\n</data>" },
      { prompt: ["system: You are kind.", "user: {{ q }}"] },
      { prompt: "{{ a }}|{{ b }}" },
      { prompt: "Fasse den folgenden Text zusammen.\n\n{{ t }}" },
    ],
  },
  {
    rule: "output_format",
    bad: [
      {
        prompt: "Classify the review by mood.\n<review>{{ review }}</review>",
        shows: ["Classify the review by mood."],
      },
      {
        prompt: "You read contracts. Extract the parties and dates.\n<text>{{ text }}</text>",
        shows: ["Extract the parties and dates."],
      },
      { prompt: "Please rate the essay.\n'{{ essay }}'", shows: ["Please rate the essay."] },
    ],
    good: [
      { prompt: "Classify the review.\n{{ review }}", hasResponseFormat: true },
      { prompt: "Extract the parties as JSON.\n{{ text }}" },
      { prompt: "Classify the review as one of: good, bad.\n{{ review }}" },
      { prompt: "Rate the essay from 1 to 5.\n{{ essay }}" },
      { prompt: "Write a friendly letter to {{ name }}." },
      { prompt: "Explain what classifiers extract from pages." },
      { prompt: "Sort each review into moods.\n\nReview: {{ review }}\nLabel:" },
    ],
  },
  {
    rule: "examples",
    bad: [
      {
        prompt: "Classify the review as one of: good, bad.\n{{ review }}",
        shows: ["Classify the review as one of: good, bad."],
      },
      {
        prompt: "Extract the parties as JSON.\n{{ text }}",
        shows: ["Extract the parties as JSON."],
      },
      { prompt: "Extrahiere alle Namen als Liste.\n{{ text }}" },
    ],
    good: [
      { prompt: "Classify the review.\nReview: Cold soup.\nLabel: bad\nReview: {{ r }}\nLabel:" },
      { prompt: "Extract dates, for example 2024-01-31.\n{{ text }}" },
      { prompt: "Extract dates.\n{{ examples }}\n{{ text }}" },
      {
        prompt: ["system: Classify the text.", "user: Hi", "assistant: greeting", "user: {{ t }}"],
      },
      { prompt: "Answer the question.\n{{ question }}" },
      { prompt: "Summarise the article in one sentence." },
    ],
  },
  {
    rule: "length",
    bad: [
      {
        prompt: `${rooms}\nGreet.\n  ${rooms}`,
        shows: [rooms, rooms],
      },
      { prompt: Array.from({ length: 900 }, (_, n) => `Rule ${n}: be kind to ${n}.`).join("\n") },
    ],
    good: [
      { prompt: "Be kind.\nBe kind.\n{{ question }}" },
      { prompt: `${"-".repeat(100)}\nHello\n${"-".repeat(100)}` },
      { prompt: ["user: {{ long }}", "assistant: A", "user: {{ long }}"] },
    ],
  },
];
