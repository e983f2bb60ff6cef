import { expect, it } from "vitest";
import { commandReference } from "../support/command-reference.ts";

it("docs/command-line.md has the commands as their table has them", async () => {
  await expect(commandReference()).toMatchFileSnapshot("../../docs/command-line.md");
});
