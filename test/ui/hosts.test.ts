import type { Locator } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openInHost } from "./support/open-in-host.ts";
import type { OwnHost } from "./support/own-host.ts";

const heading = (host: OwnHost, name: string | RegExp) =>
  host.view.getByRole("heading", { level: 1, name });

const hasFocus = (element: Locator) =>
  element.evaluate((one) => one === document.activeElement && document.hasFocus());

describe("in a chat host, the view", () => {
  test("shows the list of prompts when open_prompt named none", async () => {
    const host = await openInHost();
    await host.view.getByRole("link", { name: "summarize" }).waitFor();
  });

  test("shows the prompt that open_prompt was called for, and goes on from there", async () => {
    const host = await openInHost({ opens: { prompt: "summarize" } });
    await heading(host, /summarize/).waitFor();
    await host.view.getByRole("link", { name: "Prompts", exact: true }).click();
    await host.view.getByRole("link", { name: "review-code" }).click();
    await heading(host, /review-code/).waitFor();
  });

  test("saves in a frame that may not submit forms, and keeps the spelling of numbers", async () => {
    // As text, because numbers of this test's client have no spelling.
    const llm_config = '{"temperature": 1.0, "max_tokens": 1e3}';
    const host = await openInHost({ opens: { prompt: "spelled" } }, (call) =>
      call("register_prompt", { name: "spelled", template: "Hi", llm_config }),
    );
    await host.view.getByRole("link", { name: "Edit this version" }).click();
    await host.view.getByText("Model settings").click();
    await host.view.getByRole("textbox", { name: "Top P" }).fill("0.50");
    await host.view.getByRole("button", { name: "Review and save" }).click();
    await host.view.getByRole("button", { name: "Save", exact: true }).click();
    await host.view.getByRole("heading", { name: "Version 2", exact: true }).waitFor();
    for (const spelling of ["1.0", "1e3", "0.50"]) {
      await host.view.getByText(spelling, { exact: true }).waitFor();
    }
  });

  test("reads and shows nothing else before it knows what it was opened for", async () => {
    const host = await openInHost({ opens: { prompt: "summarize" } });
    await heading(host, /summarize/).waitFor();
    await host.view.getByText("Summarize").first().waitFor();
    expect(host.called()).toContain("load_prompt");
    expect(host.called()).not.toContain("list_prompts");
  });

  test("shows the list in a host that does not say what it was opened for", async () => {
    const host = await openInHost({ saysNothing: true });
    await host.view.getByRole("link", { name: "summarize" }).waitFor();
  });

  test("shows the list when the call that opened it was cancelled", async () => {
    const host = await openInHost({ cancels: true });
    await host.view.getByRole("link", { name: "summarize" }).waitFor();
  });

  describe("with a link out of it", () => {
    const address = "https://mlflow.example/#/prompts/summarize?promptVersion=1";
    const options = {
      opens: { prompt: "summarize" },
      otherwise: {
        describe_registry: { backend: "mlflow", location: "https://mlflow.example" },
      },
    };
    const link = (host: OwnHost) => host.view.getByRole("link", { name: "Open in MLflow" });
    const copied = (host: OwnHost) => host.view.getByText(`copy the address: ${address}`);

    test("asks a host that opens links", async () => {
      const host = await openInHost({ ...options, capabilities: { openLinks: {} } });
      await link(host).click();
      await expect.poll(() => host.sent("ui/open-link")).toHaveLength(1);
      expect(host.sent("ui/open-link")).toMatchObject([{ params: { url: address } }]);
      expect(await copied(host).count()).toBe(0);
    });

    test("shows the address where the host opens none", async () => {
      const host = await openInHost(options);
      await copied(host).waitFor();
      expect(await link(host).count()).toBe(0);
    });

    test("shows the address when the host refuses", async () => {
      const answers = { "ui/open-link": { result: { isError: true } } };
      const host = await openInHost({ ...options, capabilities: { openLinks: {} }, answers });
      await link(host).press("Enter");
      await copied(host).waitFor();
      expect(await hasFocus(link(host))).toBe(true);
    });
  });

  test("moves to its content by its first link, and stays in its frame", async () => {
    const host = await openInHost();
    await host.view.getByRole("link", { name: "Skip to the content" }).press("Enter");
    await expect.poll(() => hasFocus(heading(host, "Prompts"))).toBe(true);
    expect(await host.view.locator("html").evaluate(() => location.href)).toBe("about:srcdoc");
  });

  test("gives the heading of another page the focus, which screen readers then say", async () => {
    const host = await openInHost();
    await host.view.getByRole("link", { name: "summarize" }).press("Enter");
    await expect.poll(() => hasFocus(heading(host, /summarize/))).toBe(true);
    await host.view.getByRole("link", { name: "Edit this version" }).press("Enter");
    await expect.poll(() => hasFocus(heading(host, /^Edit/))).toBe(true);
  });

  test("leaves the focus with what people type in the host, when the host shows another prompt", async () => {
    const host = await openInHost();
    await host.view.getByRole("link", { name: "summarize" }).waitFor();
    const chat = host.page.getByRole("textbox", { name: "Message" });
    await chat.focus();
    const params = { content: [], structuredContent: { path: "/p/summarize/1" } };
    await host.send({ method: "ui/notifications/tool-result", params });
    await heading(host, /summarize/).waitFor();
    // The focus would come with the next task.
    await host.frames(2);
    await host.page.keyboard.type("Thanks");
    expect(await chat.inputValue()).toBe("Thanks");
  });

  test("shows the same to a host that repeats everything, in an order of its own", async () => {
    const host = await openInHost({ opens: { prompt: "summarize" }, untidy: true });
    await heading(host, /summarize/).waitFor();
    await host.view.getByRole("link", { name: "Prompts", exact: true }).click();
    await host.view.getByRole("link", { name: "review-code" }).click();
    await heading(host, /review-code/).waitFor();
    const params = { content: [], structuredContent: { path: "/p/summarize/1" } };
    await host.send({ method: "ui/notifications/tool-result", params });
    await host.send({ method: "ui/notifications/tool-cancelled", params: { reason: "late" } });
    await host.send({ id: 9_999, result: { structuredContent: {} } });
    await host.frames(5);
    await heading(host, /review-code/).waitFor();
    expect(host.sent("ui/initialize")).toHaveLength(1);
  });

  test("takes theme, language and style variables, and keeps what a later change leaves out", async () => {
    const variables = { "--color-text-primary": "rgb(1, 2, 3)" };
    const host = await openInHost({
      context: { theme: "light", locale: "de-DE", styles: { variables } },
    });
    const style = () =>
      host.view.locator("html").evaluate((html) => ({
        scheme: getComputedStyle(html).colorScheme,
        text: getComputedStyle(html.ownerDocument.body).color,
        language: html.getAttribute("lang"),
      }));
    const own = { text: "rgb(1, 2, 3)", language: "de" };
    await expect.poll(style).toEqual({ ...own, scheme: "light" });
    await host.view.getByLabel("Suche").waitFor();
    const change = { method: "ui/notifications/host-context-changed", params: { theme: "dark" } };
    await host.send(change);
    await expect.poll(style).toEqual({ ...own, scheme: "dark" });
  });

  test("stays in English in a host that reads no resources for it", async () => {
    const host = await openInHost({ context: { locale: "de-DE" }, readsResources: false });
    await expect.poll(() => host.sent("resources/read").length).toBe(1);
    await host.view.getByRole("link", { name: "summarize" }).waitFor();
    expect(await host.view.getByLabel("Search").count()).toBe(1);
  });

  test("says its height when it changes, once a frame, and rests while the host follows", async () => {
    const host = await openInHost({ opens: { prompt: "summarize" } });
    await expect.poll(() => host.heights().length).toBeGreaterThan(0);
    await heading(host, /summarize/).waitFor();
    await host.view.getByRole("link", { name: "Prompts", exact: true }).click();
    await host.view.getByRole("link", { name: "summarize" }).waitFor();
    await host.frames(5);
    const sizes = host.heights();
    expect(sizes.filter((size, index) => size === sizes[index - 1])).toEqual([]);
    await host.frames(30);
    expect(host.heights()).toEqual(sizes);
    const height = await host.view
      .locator("html")
      .evaluate((html) => html.getBoundingClientRect().height);
    expect(sizes.at(-1)).toBe(Math.ceil(height));
  });

  test("answers ping and the end, and refuses what it does not know", async () => {
    const host = await openInHost();
    await host.send({ id: "a", method: "ping" });
    await host.send({ id: "b", method: "ui/resource-teardown", params: { reason: "closed" } });
    await host.send({ id: "c", method: "tools/list" });
    const answer = (id: string) => host.messages.find((one) => one.id === id);
    await expect.poll(() => answer("a")).toMatchObject({ result: {} });
    await expect.poll(() => answer("b")).toMatchObject({ result: {} });
    await expect.poll(() => answer("c")).toMatchObject({ error: { code: -32_601 } });
  });

  test("shows why a host or the server refused a call", async () => {
    const host = await openInHost({ refuses: "The person has not allowed this." });
    await host.view.getByRole("alert").getByText("The person has not allowed this.").waitFor();
  });
});
