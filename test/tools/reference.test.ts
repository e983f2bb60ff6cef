import { expect, it } from "vitest";
import { toolReference } from "../support/tool-reference.ts";

it("docs/tools.md has the tools as the catalogue has them", async () => {
  await expect(toolReference()).toMatchFileSnapshot("../../docs/tools.md");
});
