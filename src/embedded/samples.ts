import type { VersionDraft } from "../registry/types.ts";

/** A sample prompt: its versions in order, and the version of each alias. */
export interface Sample {
  readonly name: string;
  readonly versions: readonly VersionDraft[];
  readonly aliases: Readonly<Record<string, number>>;
}

/** One argument in the `mcp.arguments` tag. */
interface Argument {
  readonly description: string;
  readonly required?: boolean;
  readonly default?: string;
  readonly enum?: readonly string[];
}

/** Each sample can be read in a minute and used unchanged. */
export const samples: readonly Sample[] = [
  {
    name: "summarize",
    versions: [
      {
        template: {
          kind: "text",
          text: `Summarize the text below for someone who has one minute.

- Begin with one sentence that says what matters most.
- Then give three to five bullet points: facts, decisions, numbers and dates, in the text's own terms.
- If the text leaves something open that the reader has to decide or do, end with "Open:" and say what.
- Add nothing that is not in the text.

Text:
{{ text }}`,
        },
        commitMessage: "One sentence, a few points, nothing invented",
        tags: describeArguments({ text: { description: "The text to summarize", required: true } }),
      },
    ],
    aliases: { production: 1 },
  },
  {
    name: "review-code",
    versions: [
      {
        template: {
          kind: "text",
          text: `Review this {{ language }} code as an experienced colleague would. Look for bugs first, then for what is hard to read or to change.

For each finding give the line, what goes wrong and when, and the smallest change that mends it. Leave out matters of taste. If you find nothing, say so.

{{ code }}`,
        },
        commitMessage: "Bugs first, no matters of taste",
        tags: describeArguments({
          code: { description: "The code to review, or a diff", required: true },
          language: { description: "Its programming language", default: "TypeScript" },
        }),
      },
      {
        template: {
          kind: "text",
          text: `Review this {{ language }} code as an experienced colleague would, with an eye on {{ focus }}.

First say in one sentence what the code does: if that is not what its names promise, that is the first finding. Then list findings, the most serious first. For each give:
1. the line, and what goes wrong with which input or in which situation;
2. how sure you are (certain, likely, worth checking);
3. the smallest change that mends it, as code.

Leave out matters of taste and whatever a formatter or a type checker would report. If you find nothing, say so and name the one test that would prove you right.

{{ code }}`,
        },
        commitMessage: "Adds a focus, and says how sure each finding is",
        tags: describeArguments({
          code: { description: "The code to review, or a diff", required: true },
          language: { description: "Its programming language", default: "TypeScript" },
          focus: {
            description: "What to look at most closely",
            default: "correctness",
            enum: ["correctness", "security", "performance", "readability"],
          },
        }),
      },
    ],
    aliases: { production: 1, staging: 2 },
  },
  {
    name: "explain-error",
    versions: [
      {
        template: {
          kind: "chat",
          messages: [
            {
              role: "system",
              content: `You help developers understand failures. You read error messages and stack traces closely, tell what is certain from what is a guess, and never suggest switching off a check as the first remedy.`,
            },
            {
              role: "user",
              content: `I was doing this: {{ situation }}

and got this error:

{{ error }}

Explain in plain words what the message says. Then give the most likely cause, how I can confirm it with one command or one look, and how to put it right. Name a second cause only if it is about as likely.`,
            },
          ],
        },
        commitMessage: "Cause, confirmation, remedy",
        tags: describeArguments({
          error: { description: "The error message, with its stack trace if any", required: true },
          situation: { description: "What you were doing", default: "running the program" },
        }),
      },
    ],
    aliases: { production: 1 },
  },
  {
    name: "commit-message",
    versions: [
      {
        template: {
          kind: "chat",
          messages: [
            {
              role: "system",
              content: `You write commit messages. The subject is in the imperative, has at most 50 characters and no full stop. A body follows only when the reason is not obvious from the change: why it was needed and what it affects, wrapped at 72 characters. Answer with the message alone.`,
            },
            {
              role: "user",
              content: `-  const timeout = 1000;
+  const timeout = 10_000;

Why: slow networks ran into it`,
            },
            {
              role: "assistant",
              content: `Raise the request timeout to 10 seconds

One second is less than a slow network needs for the first connection,
so requests failed that would have succeeded.`,
            },
            {
              role: "user",
              content: `{{ diff }}

Why: {{ reason }}`,
            },
          ],
        },
        commitMessage: "Shows one example and asks for the message alone",
        tags: describeArguments({
          diff: { description: "The change, as git diff --staged prints it", required: true },
          reason: { description: "Why the change is made", default: "see the change" },
        }),
      },
    ],
    aliases: { production: 1 },
  },
];

function describeArguments(byName: Readonly<Record<string, Argument>>): {
  "mcp.arguments": string;
} {
  return { "mcp.arguments": JSON.stringify(byName) };
}
