import { describe, expect, test } from "vitest";
import { supportModel } from "./support/evaluated.ts";
import { openInHost } from "./support/open-in-host.ts";
import type { HostOptions, OwnHost } from "./support/own-host.ts";
import { pages } from "./support/pages.ts";
import { seedPages } from "./support/seed-pages.ts";
import { findBarriers, type View } from "./support/view.ts";
import { focusedControl, numberControls, overflowing } from "./support/walk.ts";

/** A host with a registry in which each page has something to show. */
async function openPages(options: HostOptions = {}): Promise<OwnHost> {
  return openInHost(options, seedPages, await supportModel());
}

/** Production points at version 1; version 2 has another wording. */
async function seedReply(call: View["call"]): Promise<void> {
  const name = "reply";
  await call("register_prompt", { name, template: "Answer {{ question }}." });
  await call("set_prompt_alias", { name, alias: "production", version: 1 });
  const template = "Answer {{ question }} briefly.";
  await call("register_prompt", { name, template, base_version: 1 });
}

describe.each(Object.entries(pages))("in a chat host, the %s page", (_, { path, ready }) => {
  test("has no barrier in the dark and 320 px wide, and Tab walks through it and out", async () => {
    const host = await openPages({
      context: { theme: "dark" },
      browser: { viewport: { width: 320, height: 640 } },
    });
    const { page } = host;
    const frame = host.frame();
    await host.show(path);
    await ready(frame);
    expect(await findBarriers(page, "iframe")).toEqual([]);
    expect(await overflowing(frame)).toEqual([]);

    const controls = await numberControls(frame);
    const message = page.getByRole("textbox", { name: "Message" });
    const isOutside = () => message.evaluate((field) => field === document.activeElement);
    const reached = new Set<string | undefined>();
    await message.focus();
    // Tab leads from the host's last field to its first, which is in the view.
    for (let pressed = 0; pressed < controls.size + 10; pressed += 1) {
      await page.keyboard.press("Tab");
      if (await isOutside()) break;
      reached.add(await focusedControl(frame));
    }
    const missed = [...controls].filter(([number]) => !reached.has(number));
    expect(missed.map(([, control]) => control)).toEqual([]);
    expect(await isOutside()).toBe(true);
  });
});

describe("in a chat host, people", () => {
  test("promote a version by the keyboard, and take it back", async () => {
    const host = await openInHost({ opens: { prompt: "reply" } }, seedReply);
    const { view } = host;
    await host.show("/p/reply/2");
    await view.getByRole("link", { name: /^Promote to production/ }).press("Enter");
    await view.getByLabel("Reason").fill("Shorter");
    await view.getByRole("button", { name: "Point production at version 2" }).press("Enter");
    await view.getByRole("heading", { name: "production points at version 2 now." }).waitFor();
    const production = { name: "reply", alias: "production" };
    expect((await host.call("load_prompt", production)).structured).toMatchObject({ version: 2 });
    await view.getByRole("button", { name: "Take it back" }).press("Enter");
    await view.getByRole("heading", { name: "It is taken back" }).waitFor();
    expect((await host.call("load_prompt", production)).structured).toMatchObject({ version: 1 });
  });

  test("comment on a version", async () => {
    const host = await openInHost({ opens: { prompt: "reply" } }, seedReply);
    const { view } = host;
    await view.getByLabel("Your comment").fill("Who asks?");
    await view.getByRole("button", { name: "Add comment" }).press("Enter");
    const comments = view.getByRole("region", { name: "Comments" });
    await comments.getByRole("listitem").getByText("Who asks?").waitFor();
  });

  describe("who save the rows of an evaluation", () => {
    const capabilities = { downloadFile: {} };
    const show = async (options: HostOptions) => {
      const host = await openPages(options);
      const { path, ready } = pages.results ?? expect.fail("There is no page of results.");
      await host.show(path);
      await ready(host.frame());
      await host.view.getByRole("button", { name: "Save as CSV" }).press("Enter");
      return host;
    };
    const copied = (host: OwnHost) => host.view.getByRole("textbox", { name: /Copy the text/ });

    test("get a file where the host saves files", async () => {
      const host = await show({ capabilities });
      const file = {
        uri: "file:///support-answer-evaluation.csv",
        text: expect.stringContaining("Can I change the address of my order?"),
      };
      await expect
        .poll(() => host.sent("ui/download-file"))
        .toMatchObject([{ params: { contents: [{ type: "resource", resource: file }] } }]);
      await host.view.getByRole("button", { name: "Save as CSV", disabled: false }).waitFor();
      expect(await copied(host).count()).toBe(0);
    });

    test.each([
      ["saves no files", {}],
      ["refuses", { capabilities, answers: { "ui/download-file": { result: { isError: true } } } }],
      [
        "fails",
        {
          capabilities,
          answers: { "ui/download-file": { error: { code: -32_601, message: "no" } } },
        },
      ],
    ] as const)("get a text to copy where the host %s", async (_, options) => {
      const host = await show(options);
      await copied(host).waitFor();
      expect(await copied(host).inputValue()).toContain("Can I change the address of my order?");
      await host.view.getByRole("status").getByText("Copy the text").waitFor();
    });
  });
});
