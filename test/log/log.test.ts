import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { createLog } from "../../src/log/log.ts";

it("writes no more of a text than 2,000 characters, wherever it is", () => {
  const stream = new PassThrough();
  const log = createLog(stream);

  log.error("x".repeat(1_500_000), { error: "y".repeat(1_500_000), list: ["z".repeat(9_000), 1] });

  const line = String(stream.read());
  expect(line.length).toBeLessThan(7_000);
  expect(JSON.parse(line)).toMatchObject({
    level: "error",
    error: `${"y".repeat(1_999)}…`,
    list: [`${"z".repeat(1_999)}…`, 1],
  });
});
