import { describe, expect, it } from "vitest";
import type { ModelServer } from "../../src/models/model-server.ts";
import { costOf } from "../../src/models/prices.ts";

function server(from: Partial<ModelServer>): ModelServer {
  return {
    name: "the model server",
    isGateway: false,
    send: () => Promise.reject(new Error("not asked")),
    redact: (text) => text,
    ...from,
  };
}

const gateway = server({ isGateway: true });
const usage = { inputTokens: 1_000_000, outputTokens: 100_000 };
const none = new Map<string, { input: number; output: number }>();

describe("a cost", () => {
  it("is the list price at the provider whose address is asked", () => {
    const openai = server({ apiUrl: "https://api.openai.com/v1" });
    const answer = { model: "gpt-4o-mini", servedModel: "gpt-4o-mini-2024-07-18", usage };

    expect(costOf(answer, openai, none)?.totalUsd).toBeCloseTo(0.15 + 0.06);
    expect(costOf({ ...answer, servedModel: "made-up-9" }, openai, none)?.totalUsd).toBeCloseTo(
      0.21,
    );
    expect(costOf({ model: "made-up-9", usage }, openai, none)).toBeUndefined();
  });

  it("has the provider's price for tokens from its cache", () => {
    const openai = server({ apiUrl: "https://api.openai.com/v1" });
    const cached = { ...usage, cachedTokens: 1_000_000 };

    expect(costOf({ model: "gpt-4o-mini", usage: cached }, openai, none)?.inputUsd).toBeCloseTo(
      0.075,
    );
  });

  it("is that of the provider which the gateway names", () => {
    const answer = { model: "chat", servedModel: "gpt-4o-mini", usage };

    expect(costOf({ ...answer, provider: "openai" }, gateway, none)?.totalUsd).toBeCloseTo(0.21);
    expect(costOf({ ...answer, provider: "my-own" }, gateway, none)).toBeUndefined();
    expect(costOf(answer, gateway, none)).toBeUndefined();
    const sameName = { model: "gpt-4o-mini", provider: "openai", usage };
    expect(costOf(sameName, gateway, none)).toBeUndefined();
  });

  it("is not known without the tokens, or at another address, whatever the model is called", () => {
    const own = server({ apiUrl: "https://models.test/https://api.openai.com/v1" });

    expect(costOf({ model: "gpt-4o-mini", usage }, own, none)).toBeUndefined();
    expect(costOf({ model: "chat" }, gateway, new Map([["chat", { input: 1, output: 1 }]]))).toBe(
      undefined,
    );
    expect(costOf({ model: "gpt-4o-mini".repeat(1_000), usage }, own, none)).toBeUndefined();
  });

  it("is the operator's where there is one", () => {
    const prices = new Map([["chat", { input: 3, output: 10 }]]);

    expect(costOf({ model: "chat", provider: "openai", usage }, gateway, prices)).toEqual({
      inputUsd: 3,
      outputUsd: 1,
      totalUsd: 4,
    });
  });
});
