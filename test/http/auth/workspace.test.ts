import { describe, expect, it } from "vitest";
import { requestedWorkspace } from "../../../src/http/auth/workspace.ts";
import { post, rpc, startService } from "../../support/http-service.ts";

describe("the workspace a request names", () => {
  it("is that of the path, or of the header, or of both when they agree", () => {
    expect(requestedWorkspace("red", undefined, [])).toBe("red");
    expect(requestedWorkspace(undefined, " red ", [])).toBe("red");
    expect(requestedWorkspace("red", "red", [])).toBe("red");
  });

  it("is none when neither names one; a blank header is none", () => {
    expect(requestedWorkspace(undefined, undefined, [])).toBeUndefined();
    expect(requestedWorkspace(undefined, "  ", ["red"])).toBeUndefined();
  });

  it.each([
    ["path and header that differ", "red", "blue", [], 400],
    ["two headers", undefined, ["red", "blue"], [], 400],
    ["a name that no workspace could have", "Red", undefined, [], 400],
    ["a name with a line break", undefined, "red\nblue", [], 400],
    ["a name that is too long", "r".repeat(64), undefined, [], 400],
    ["one that is not allowed", "green", undefined, ["red", "blue"], 404],
  ])("is refused for %s", (_, path, header, allowed, status) => {
    expect(() => requestedWorkspace(path, header, allowed)).toThrow(
      expect.objectContaining({ status }),
    );
  });
});

describe("a service whose registry has no workspaces", () => {
  it.each(["prompts/list", "tools/list", "initialize"])(
    "answers %s for one with 400, naming it",
    async (method) => {
      const { url } = await startService();

      const answered = await post(`${url}/red`, rpc(method));

      expect(answered).toMatchObject({ status: 400 });
      expect(answered.message?.error?.message).toMatch(/"red".*no workspaces/s);
    },
  );

  it("answers names that differ, and ones that are not allowed, before anybody is asked", async () => {
    const { url } = await startService({ MLFLOW_PROMPTS_WORKSPACES: "red" });
    const list = rpc("prompts/list");

    expect(await post(`${url}/red`, list, { "x-mlflow-workspace": "blue" })).toMatchObject({
      status: 400,
    });
    expect(await post(`${url}/blue`, list)).toMatchObject({ status: 404 });
    expect(await post(url, list)).toMatchObject({ status: 404 });
    expect(await post(`${url}/%e0%a4%a`, list)).toMatchObject({ status: 400 });
  });
});
