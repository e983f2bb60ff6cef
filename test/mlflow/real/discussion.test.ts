import { describe, expect, it } from "vitest";
import { CheckedRegistry } from "../../../src/registry/checked-registry.ts";
import { callTool } from "../../support/call-tool.ts";
import { connect, sessionOf, text } from "../../support/embedded-session.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { suiteServer } from "./suite-server.ts";

/** What MLflow's own client reads of the version. */
const readVersion = `
import json, mlflow
version = mlflow.genai.load_prompt("qa", version=1)
keys = [key for key in version.tags if key.startswith("mcp.comment.") or key.startswith("mcp.review.")]
print(json.dumps({"template": version.template, "kinds": sorted(key.split(".")[1] for key in keys)}))
`;

describe("comments and reviews", async () => {
  const mlflow = await mlflowAvailable("3.17.2");
  describe.skipIf(!mlflow.ok)(title("are tags of a version in MLflow 3.17.2", mlflow), () => {
    const server = suiteServer({ release: "3.17.2" });

    it("whose gate of approvals counts them, and which MLflow's client can still load", async () => {
      const { registry } = await server.open()();
      const as = async (who: string) => {
        const client = await connect(sessionOf(new CheckedRegistry(registry), { who }));
        return (tool: string, args: object) => callTool(client, tool, { name: "qa", ...args });
      };
      const [ann, ben] = [await as("ann"), await as("ben <ben@example.com>")];
      await registry.registerVersion("qa", text("Answer {{ question }}"));
      await registry.tagPrompt("qa", {
        "mcp.gate": JSON.stringify({ alias: "production", approvals: { count: 1 } }),
      });
      const long = `"Brief"?\n\u202e🦉${"ä".repeat(1_900)}`;
      const passage = { quote: "Answer" };
      await ann("comment_on_prompt", { version: 1, text: long, passage });
      const promote = { alias: "production", version: 1 };
      expect((await ann("set_prompt_alias", promote)).isError).toBe(true);

      const approved = await ben("review_prompt", { version: 1, action: "approve" });
      const moved = await ann("set_prompt_alias", promote);

      expect(approved.structured).toMatchObject({ approvals: 1 });
      expect(moved.structured).toMatchObject({ moved: true, gate: { passed: true } });
      expect((await ann("load_prompt", { version: 1 })).structured).toMatchObject({
        comments: [{ author: "ann", text: long, passage: { ...passage, found: true } }],
        reviews: { given: [{ author: "ben <ben@example.com>", verdict: "approved" }] },
      });
      expect(
        JSON.parse((await server.python(readVersion)).trim().split("\n").at(-1) ?? ""),
      ).toEqual({
        template: "Answer {{ question }}",
        kinds: ["comment", "review"],
      });
    });
  });
});
