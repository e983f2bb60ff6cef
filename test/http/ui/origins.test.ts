import { describe, expect, test } from "vitest";
import { postModern, startService } from "../../support/http-service.ts";

/** Registers a prompt as a page of an origin would, and says how that ended. */
async function registerFrom(url: string, headers: Readonly<Record<string, string>>) {
  const change = { name: "made", template: "Hi", force: true };
  const params = { name: "register_prompt", arguments: change };
  const { status } = await postModern(url, "tools/call", params, headers);
  const loaded = await postModern(url, "tools/call", {
    name: "load_prompt",
    arguments: { name: "made" },
  });
  return { status, isMade: !loaded.text.includes('"isError":true') };
}

const made = { status: 200, isMade: true };
const refused = { status: 403, isMade: false };
const reachable = {
  MLFLOW_PROMPTS_HOST: "0.0.0.0",
  MLFLOW_PROMPTS_ALLOW_UNAUTHENTICATED: "true",
  MLFLOW_PROMPTS_UI: "true",
};

describe("where the server has a public address, a page", () => {
  const origin = "https://prompts.example.com";

  test.each([
    ["of this origin may change state", { origin }, made],
    [
      "of this origin may, as its browser calls it",
      { origin, "sec-fetch-site": "same-origin" },
      made,
    ],
    [
      "that its browser calls another origin may not",
      { origin, "sec-fetch-site": "same-site" },
      refused,
    ],
    ["of another host may not", { origin: "https://other.example.com" }, refused],
    ["of another scheme may not", { origin: "http://prompts.example.com" }, refused],
    ["of another port may not", { origin: `${origin}:8443` }, refused],
  ])("%s", async (_, headers, outcome) => {
    const { url } = await startService({ ...reachable, MLFLOW_PROMPTS_PUBLIC_URL: origin });
    expect(await registerFrom(url, headers)).toEqual(outcome);
  });
});

describe("without Sec-Fetch-Site, a page may change state", () => {
  test("when its Origin is the Host that it calls, and no other one", async () => {
    const { url } = await startService(reachable);
    const { origin } = new URL(url);
    expect(await registerFrom(url, { origin: "http://127.0.0.1:1" })).toEqual(refused);
    expect(await registerFrom(url, { origin: "https://evil.example.com" })).toEqual(refused);
    expect(await registerFrom(url, { origin: "null" })).toEqual(refused);
    expect(await registerFrom(url, { origin })).toEqual(made);
  });
});
