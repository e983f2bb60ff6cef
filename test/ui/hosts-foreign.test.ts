import type { Frame } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { watchedHttp, watchedStdio } from "./support/eras.ts";
import { downloadHosts, openInInspector, openInMcpUse } from "./support/foreign-hosts.ts";

/** A host, how it opens a prompt in the dark, and the revision of MCP in which it calls the server. */
interface Host {
  readonly speaks: string;
  readonly open: (
    prompt: string,
  ) => Promise<{ readonly view: Frame; readonly revisions: () => readonly string[] }>;
}

const dark = { colorScheme: "dark" } as const;

const hosts: Readonly<Record<string, Host>> = {
  "MCP Inspector over HTTP": {
    speaks: "2025-11-25",
    async open(prompt) {
      const { server, revisions } = await watchedHttp();
      return { view: await openInInspector(server, prompt, dark), revisions };
    },
  },
  "MCP Inspector over HTTP, in the newer era": {
    speaks: "2026-07-28",
    async open(prompt) {
      const { server, revisions } = await watchedHttp();
      return { view: await openInInspector(server, prompt, dark, "modern"), revisions };
    },
  },
  "MCP Inspector over stdio": {
    speaks: "2025-11-25",
    async open(prompt) {
      const { server, revisions } = watchedStdio();
      return { view: await openInInspector(server, prompt, dark), revisions };
    },
  },
  "mcp-use's inspector over HTTP": {
    speaks: "2026-07-28",
    async open(prompt) {
      const { server, revisions } = await watchedHttp();
      return { view: await openInMcpUse(server, prompt, dark), revisions };
    },
  },
};

beforeAll(downloadHosts, 600_000);

describe.each(Object.entries(hosts))("in %s, the view", (_, { speaks, open }) => {
  test("shows the prompt that it was opened for, in the host's colours, and goes to others", async () => {
    const { view, revisions } = await open("summarize");
    await view.getByRole("heading", { level: 1, name: /summarize/ }).waitFor();
    await view
      .getByText(/Summarize/)
      .first()
      .waitFor();
    expect(await lightness(view)).toBeLessThan(128);
    await view.getByRole("link", { name: "Prompts", exact: true }).click();
    await view.getByRole("link", { name: "review-code" }).click();
    await view.getByRole("heading", { level: 1, name: /review-code/ }).waitFor();
    expect(revisions()).toEqual([speaks]);
  });
});

/** Of the background: 0 is black, 255 is white. */
function lightness(view: Frame): Promise<number> {
  return view.locator("body").evaluate((body) => {
    const canvas = document.createElement("canvas").getContext("2d");
    if (canvas === null) throw new Error("There is no canvas.");
    canvas.fillStyle = getComputedStyle(body).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3;
  });
}
