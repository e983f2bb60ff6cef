/** A prompt file as people publish them: its path and its text. */
export type CorpusFile = readonly [path: string, text: string];

const tasks = [
  ["translate", "Translate into {{ language }}:", "text"],
  ["summarize", "Summarize in {{ count }} sentences.", "article"],
  ["classify", "Name the class of the ticket: bug, question or praise.", "ticket"],
  ["review-code", "Review the change. Name faults alone.\n\n- security\n- speed", "diff"],
  ["extract_dates", "List all dates as ISO 8601.", "mail"],
  ["rewrite", "Rewrite it — “kindly”, für Österreich, 日本語も可 🙂.", "draft"],
  ["answer.faq", "Answer from the context alone.\n\n## Context\n\n{{ context }}", "question"],
] as const;

type Task = (typeof tasks)[number];

const lineEnds = { lf: "\n", crlf: "\r\n" } as const;

/** Ways to write the same prompt, by the end of the file's name. */
const shapes: readonly (readonly [string, (task: Task) => string])[] = [
  [
    "v2.prompty",
    ([name, what, input]) =>
      `---\nname: ${name}\ndisplayName: "The ${name} prompt"\ndescription: >-\n  Folded text\n  of ${name}\nmetadata:\n  authors: [ada, bob]   # both\n  tags: {team: x}\nmodel:\n  id: gpt-4o-mini\n  provider: openai\n  connection: {kind: key, apiKey: "\${env:OPENAI_API_KEY}"}\n  options:\n    temperature: 0.70\n    additionalProperties: {logprobs: true}\ninputs:\n  - name: ${input}\n    kind: string\n    description: 'What is to be done'\n    required: true\ntemplate:\n  format: {kind: jinja2}\n  parser: {kind: prompty}\n---\nsystem:\n${what}\n\nuser:\n{{ ${input} }}\n`,
  ],
  [
    "v1.prompty",
    ([name, what, input]) =>
      `---\nname: ${name} prompt\ndescription: Version 1\nauthors:\n  - ada\nmodel:\n  api: chat\n  configuration:\n    type: azure_openai\n    azure_endpoint: \${env:AZURE_OPENAI_ENDPOINT}\n    azure_deployment: gpt-35-turbo\n  parameters:\n    max_tokens: 3000\n    temperature: 0.2\n    stop: ["END"]\ninputs:\n  ${input}:\n    type: string\nsample:\n  ${input}: |\n    An example\n---\n\nsystem:\n${what}\n\n\n# user:\n{{${input}}}\n`,
  ],
  ["bare.prompty", ([, what, input]) => `---\nmodel: gpt-4o\n---\n${what}\n\n{{ ${input} }}`],
  [
    "dot.prompt",
    ([, what, input]) =>
      `# Copyright of somebody\n\n---\nmodel: googleai/gemini-2.5-flash\nconfig: { temperature: 1.0, topK: 20 }\ninput:\n  schema:\n    ${input}: string, what is to be done\n    tone?(enum, the tone): [kind, short]\n  default: { tone: kind }\noutput:\n  format: json\n  schema:\n    result: string\n    notes?(array): string\n---\n{{role "system"}}\n${what} Be {{tone}}.\n{{role "user"}}\n{{${input}}}\n`,
  ],
  ["text.prompt", ([, what, input]) => `---\nmodel: vertexai/gemini\n---\n${what} {{${input}}}\n`],
  [
    "code.prompt.md",
    ([name, what, input]) =>
      `---\nmode: 'agent'\nmodel: GPT-4o\ntools: ['search', "fetch"]\ndescription: "Does ${name}"\n---\n\n# Task\n\n${what}\n\nInput: {{ ${input} }}\n`,
  ],
  ["plain.md", ([name, what, input]) => `# ${name}\n\n${what}\n\n---\n\n{{ ${input} }}\n\n`],
  [
    "details.md",
    ([, what, input]) =>
      `---\ndescription: ""\nmetadata:\n    arguments:\n        ${input}: {description: "In", default: ""}\n    model_config: {temperature: 1e-1}\n---\n${what}{{${input}}}`,
  ],
  [
    "list.json",
    ([, what, input]) =>
      `[\n  {"role": "system", "content": ${JSON.stringify(what)}},\n  { "role": "user",\n    "content": "{{ ${input} }}" }\n]\n`,
  ],
  [
    "object.json",
    ([name, what, input]) =>
      JSON.stringify(
        {
          description: `JSON of ${name}`,
          messages: [
            { role: "system", content: what },
            { role: "user", content: [{ type: "text", text: `{{ ${input} }}` }] },
            {
              role: "assistant",
              content: null,
              tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }],
            },
          ],
          model_config: { temperature: 0.1 },
          tags: { team: "x" },
        },
        undefined,
        "\t",
      ),
  ],
  ["text.txt", ([, what, input]) => `${what}\n\n\t{{${input}}}  \n\n`],
  [
    "nunjucks.j2",
    ([, what, input]) =>
      `{# a note #}\n{% if ${input} -%}\n${what}\n{{ ${input} | upper }}\n{%- endif %}`,
  ],
  ["section.mustache", ([, what, input]) => `${what}\n{{#${input}}}{{ ${input} }}{{/${input}}}\n`],
];

/** Prompt files of all forms, with both line ends, and some with a byte order mark, in folders. */
export function promptCorpus(): readonly CorpusFile[] {
  return tasks.flatMap((task) =>
    shapes.flatMap(([end, write], index) =>
      Object.entries(lineEnds).flatMap(([folder, lineEnd]): readonly CorpusFile[] => {
        const text = write(task).replaceAll("\n", lineEnd);
        const named = text.replace(
          /^name: (?!.* prompt).*(?=\r?\n)/m,
          `name: ${task[0]}-${index}-${folder}`,
        );
        const path = (more: string) =>
          `${folder}/${task[0]}-${more}${index}-${folder}.${end.replace(/^\w+\./, "")}`;
        const isMarked = index % 3 === 0 && !named.includes("\nname: ");
        return isMarked
          ? [
              [path(""), named],
              [path("bom-"), `\uFEFF${named}`],
            ]
          : [[path(""), named]];
      }),
    ),
  );
}
