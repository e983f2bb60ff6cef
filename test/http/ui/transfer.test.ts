import { expect, test } from "vitest";
import { startService } from "../../support/http-service.ts";

async function openPage() {
  const { url } = await startService({});
  return (headers: Readonly<Record<string, string>> = {}, path = "/ui") =>
    fetch(new URL(path, url), { headers });
}

test("the page is sent with gzip to who accepts it", async () => {
  const get = await openPage();
  const plain = await get({ "accept-encoding": "identity" });
  const html = await plain.text();
  expect(html).toContain("<!doctype html>");
  const encodingFor = async (accepted: string) => {
    const answer = await get({ "accept-encoding": accepted });
    expect(await answer.text()).toBe(html);
    expect(answer.headers.get("vary")).toBe("accept-encoding");
    return answer.headers.get("content-encoding");
  };
  expect(await encodingFor("br, GZIP;q=0.5")).toBe("gzip");
  expect(await encodingFor("br, gzip;q=0.000")).toBe(null);
  expect(await encodingFor("deflate")).toBe(null);
});

test("the page is not sent again to who has it, in the same form", async () => {
  const get = await openPage();
  for (const path of ["/ui", "/ui/p/any/3", "/ui/texts/de.json"]) {
    const first = await get({ "accept-encoding": "gzip" }, path);
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    const knowing = (known: string) =>
      get({ "accept-encoding": "gzip", "if-none-match": known }, path);
    const second = await knowing(`"other", W/${etag}`);
    expect(second.status).toBe(304);
    expect(await second.text()).toBe("");
    for (const name of ["etag", "vary", "cache-control", "content-security-policy"]) {
      expect(second.headers.get(name)).toBe(first.headers.get(name));
    }
    expect((await knowing('"other"')).status).toBe(200);
    const plain = await get({ "accept-encoding": "identity", "if-none-match": etag }, path);
    expect(plain.status).toBe(200);
  }
});

test("HEAD has the headers of the page without it", async () => {
  const { url } = await startService({});
  const answer = await fetch(new URL("/ui", url), { method: "HEAD" });
  expect(answer.status).toBe(200);
  expect(Number(answer.headers.get("content-length"))).toBeGreaterThan(10_000);
  expect(await answer.text()).toBe("");
});
