import { SkillsClient } from "@modelcontextprotocol/client/ext/skills";
import { describe, expect, it, test } from "vitest";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import { skillNameOf, skillUri } from "../../src/registry/skill-uris.ts";
import type { Session } from "../../src/session/session.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

const tagged = { "mcp.skill": "true" };

async function skillsOf(registry: PromptRegistry, policy: Partial<Session> = {}, host?: string) {
  return new SkillsClient(await connect(sessionOf(registry, policy), undefined, host));
}

async function namesIn(skills: SkillsClient): Promise<unknown[]> {
  return (await skills.list()).skills.map(({ frontmatter }) => frontmatter.name);
}

/** The verified text of a skill, after its front matter. */
async function bodyOf(skills: SkillsClient, prompt: string) {
  const { skill } = await skills.get(skillUri(prompt));
  return (await skills.read(skill)).body;
}

describe("skills", () => {
  it("are the prompts with the tag, each at its served version, with digests", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", {
      ...text("Say hello.", tagged),
      commitMessage: "Greets",
    });
    await registry.registerVersion("greet", text("Say hi."));
    await registry.setAlias("greet", "production", 1);
    await registry.registerVersion("plain", text("Not a skill"));
    const skills = await skillsOf(registry);

    const { skills: entries, ttlMs, cacheScope } = await skills.list();

    expect({ ttlMs, cacheScope }).toEqual({ ttlMs: 0, cacheScope: "private" });
    expect(entries).toEqual([
      {
        uri: "skill://prompts/greet/SKILL.md",
        frontmatter: {
          name: "greet",
          description: "Greets",
          metadata: { prompt: "greet", version: "1" },
        },
        resources: [
          {
            uri: "skill://prompts/greet/SKILL.md",
            digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
            size: expect.any(Number),
          },
        ],
        _meta: {
          uri: "prompts:/greet/1",
          version: 1,
          aliases: ["production"],
          workspace: null,
        },
      },
    ]);
    expect(await skills.get("skill://prompts/greet/SKILL.md")).toMatchObject({ skill: entries[0] });
    expect(await bodyOf(skills, "greet")).toBe("\nSay hello.\n");
  });

  it("explain the variables, and the tool that fills them in", async () => {
    const registry = emptyRegistry();
    const declared = {
      text: { description: "The text to summarize." },
      style: { enum: ["short", "long"], default: "short" },
    };
    await registry.registerVersion(
      "summarize",
      text("Summarize {{ text }} in a {{ style }} way.", {
        ...tagged,
        "mcp.arguments": JSON.stringify(declared),
      }),
    );

    expect(await bodyOf(await skillsOf(registry), "summarize")).toMatchSnapshot();
    expect(
      await bodyOf(await skillsOf(registry, { tools: ["list_prompts"] }), "summarize"),
    ).not.toContain("render_prompt");
  });

  test.each([
    ["jinja2", "{% if vip %}Dear {{ name }}{% endif %}", {}],
    ["mustache", "{{#vip}}Dear {{name}}{{/vip}}", { "mcp.template_format": "mustache" }],
  ])("say how to read %s, and have the text as it is stored", async (_, template, tags) => {
    const registry = emptyRegistry();
    await registry.registerVersion("letter", text(template, { ...tagged, ...tags }));

    const body = await bodyOf(await skillsOf(registry), "letter");

    expect(body).toMatchSnapshot();
    expect(body?.endsWith(`\n## Text\n\n${template}\n`)).toBe(true);
  });

  it("have the messages of a chat with their roles", async () => {
    const registry = emptyRegistry();
    const messages = [
      { role: "system", content: "You are {{ who }}." },
      {
        role: "user",
        content: [
          { type: "text", text: "Look:" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
        ],
      },
      {
        role: "assistant",
        tool_calls: [
          {
            id: "1",
            type: "function",
            function: { name: "find", arguments: '{"q": "{{ who }}"}' },
          },
        ],
      },
    ];
    await registry.registerVersion("chat", { template: { kind: "chat", messages }, tags: tagged });

    expect(await bodyOf(await skillsOf(registry), "chat")).toMatch(
      /## Text\n\n\[system\]\nYou are \{\{ who \}\}\.\n\n\[user\]\nLook:\n\n\[image omitted\]\n\n\[assistant\]\n.*find.*\{\{ who \}\}.*\n$/s,
    );
  });

  it("are none that nobody can fill in, that have no served version, or are not known", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("liquid", text("{% assign a = 1 %}{{ a }}", tagged));
    await registry.registerVersion("draft", text("Not yet", tagged));
    await registry.registerVersion("plain", text("No skill"));
    const skills = await skillsOf(registry, { serve: ["production"] });
    const error = (prompt: string) => skills.get(skillUri(prompt)).catch((thrown) => thrown);

    expect(await namesIn(skills)).toEqual([]);
    await registry.setAlias("liquid", "production", 1);
    expect(await namesIn(skills)).toEqual([]);
    expect(await error("liquid")).toMatchObject({
      code: -32_602,
      message: expect.stringMatching(
        /version 1 is not served as a skill: it cannot be filled in with any values: /,
      ),
    });
    expect(await error("draft")).toMatchObject({
      code: -32_602,
      message: expect.stringMatching(/does not have the alias production/),
    });
    expect(await error("plain")).toMatchObject({
      code: -32_602,
      message: expect.stringMatching(/is not served as a skill. With the tag mcp.skill = true/),
    });
    expect(await error("drafts")).toMatchObject({
      code: -32_602,
      message: expect.stringMatching(/Closest name: "draft"/),
    });
    await expect(
      (await connect(sessionOf(registry))).readResource({ uri: skillUri("nobody") }),
    ).rejects.toMatchObject({ code: -32_602 });
  });

  it("have valid names, whatever the prompts are called", async () => {
    const registry = emptyRegistry();
    const prompts = ["A.b", "a_b", "a-b", `x${"y".repeat(99)}`];
    for (const prompt of prompts) await registry.registerVersion(prompt, text("x", tagged));
    const skills = await skillsOf(registry);

    expect((await namesIn(skills)).toSorted()).toEqual(prompts.map(skillNameOf).toSorted());
    for (const skill of (await skills.list()).skills) {
      expect(await skills.read(skill)).toMatchObject({ verified: true });
    }
  });

  it("keep a description of any text and length inside of theirs", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", text("x", tagged));
    const skills = await skillsOf(registry);
    const descriptionOf = async (description: string) => {
      await registry.updatePrompt("greet", { description });
      const { skill } = await skills.get(skillUri("greet"));
      expect((await skills.read(skill)).frontmatter).toEqual(skill.frontmatter);
      return skill.frontmatter.description;
    };

    expect(await descriptionOf('a\n---\nname: "b"\n')).toBe('a\n---\nname: "b"');
    expect(await descriptionOf("😀".repeat(1_100))).toBe(`${"😀".repeat(1_021)}...`);
    expect(await descriptionOf("  ")).toBe("Version 1. No variables.");
  });

  it("have no command that the client's host would run", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", text("Run !`rm`", tagged));
    await registry.updatePrompt("greet", { description: "!`id`" });

    const skills = await skillsOf(registry, {}, "claude-code");

    expect(await bodyOf(skills, "greet")).toBe("\nRun ! `rm`\n");
    expect((await skills.list()).skills[0]?.frontmatter.description).toBe("! `id`");
    expect(await bodyOf(await skillsOf(registry), "greet")).toBe("\nRun !`rm`\n");
  });

  it("change their digest with the served version", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", text("Hello", tagged));
    await registry.registerVersion("greet", text("Hi"));
    await registry.setAlias("greet", "production", 1);
    const skills = await skillsOf(registry);
    const { skill } = await skills.get(skillUri("greet"));

    await registry.setAlias("greet", "production", 2);

    await expect(skills.read(skill)).rejects.toMatchObject({ reason: "size" });
    expect(await bodyOf(skills, "greet")).toBe("\nHi\n");
  });
});

describe("which prompts are skills", () => {
  async function registered() {
    const registry = emptyRegistry();
    const tags = {
      plain: {},
      tagged,
      unlisted: { ...tagged, "mcp.publish": "false" },
      hidden: { "mcp.publish": "false" },
      never: { "mcp.skill": "false" },
    };
    for (const [name, own] of Object.entries(tags)) {
      await registry.registerVersion(name, text("x", own));
    }
    await registry.registerVersion("plain", text("y", tagged));
    return registry;
  }

  it("is decided by the tag of the prompt, and of no version", async () => {
    expect(await namesIn(await skillsOf(await registered()))).toEqual(["tagged", "unlisted"]);
  });

  it("is with all those that are published and not excepted", async () => {
    const skills = await skillsOf(await registered(), { skills: "all" });

    expect(await namesIn(skills)).toEqual(["plain", "tagged", "unlisted"]);
    await expect(skills.get(skillUri("never"))).rejects.toThrow(/not served as a skill/);
  });

  it("is with off none, and the server does not have the extension", async () => {
    const client = await connect(sessionOf(await registered(), { skills: "off" }));

    expect(new SkillsClient(client).supported).toBe(false);
    await expect(client.readResource({ uri: skillUri("tagged") })).rejects.toMatchObject({
      code: -32_602,
    });
  });

  it("is read in pages, by a search for the tag", async () => {
    const registry = emptyRegistry();
    for (let n = 0; n < 120; n++) {
      await registry.registerVersion(`p${n}`, text("x", n % 12 === 0 ? {} : tagged));
    }
    const searches: unknown[] = [];
    const observed = new Proxy(registry, {
      get(target, key) {
        if (key !== "searchPrompts") return Reflect.get(target, key).bind(target);
        return (search: unknown) => {
          searches.push(search);
          return target.searchPrompts(Object(search));
        };
      },
    });
    const skills = await skillsOf(observed);

    const first = await skills.list({ cursor: "" }).catch((error) => error);
    const names = await namesIn(skills);

    expect(first).toMatchObject({ code: -32_602 });
    expect(new Set(names).size).toBe(110);
    expect(searches.slice(1)).toMatchObject([
      { limit: 100, tags: tagged },
      { limit: 100, tags: tagged, cursor: expect.any(String) },
    ]);
  });
});

describe("folders of skills", () => {
  it("are that of all skills, that of a prompt, and that of its skill", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("a_b", { ...text("x", tagged), commitMessage: "Letters" });
    await registry.registerVersion("greet", text("x", tagged));
    await registry.registerVersion("plain", text("x"));
    const skills = await skillsOf(registry);
    const name = skillNameOf("a_b");
    const children = async (uri: string) => (await skills.readDirectory(uri)).resources;

    expect(await children("skill://prompts")).toEqual([
      { uri: "skill://prompts/a_b", name: "a_b", mimeType: "inode/directory" },
      { uri: "skill://prompts/greet", name: "greet", mimeType: "inode/directory" },
    ]);
    expect(await children("skill://prompts/a_b")).toEqual([
      { uri: `skill://prompts/a_b/${name}`, name, mimeType: "inode/directory" },
    ]);
    expect(await children(`skill://prompts/a_b/${name}`)).toEqual([
      {
        uri: skillUri("a_b"),
        name,
        description: "Letters",
        mimeType: "text/markdown",
        size: expect.any(Number),
      },
    ]);
    for (const [uri, message] of [
      ["skill://prompts/greet/SKILL.md", /is a file/],
      ["skill://prompts/plain", /not served as a skill/],
      ["skill://elsewhere", /not the URI of a skill/],
    ] as const) {
      await expect(children(uri)).rejects.toMatchObject({
        code: -32_602,
        message: expect.stringMatching(message),
      });
    }
    await expect(skills.get("skill://prompts/greet")).rejects.toThrow();
  });
});
